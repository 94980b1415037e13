//! `trunkline.department.*`: the company's structure; everybody may read it, administrators change it.

use desk::departments::{self, NewDepartment};
use desk::users::{self, User};
use desk::{Change, Error, Refusal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Call, NoParams, RestError};
use super::limited;

/// Characters of a name at most.
const NAME_CHARS_MAX: usize = 255;

/// A department.
#[derive(Serialize, JsonSchema)]
pub(super) struct Department {
    id: i64,
    name: String,
    /// The department above; null for the company itself.
    parent_id: Option<i64>,
    /// The employee who heads it.
    head_id: Option<i64>,
    /// Smaller numbers come first among neighbours.
    sort: i64,
}

fn shown(department: departments::Department) -> Department {
    Department {
        id: department.id,
        name: department.name,
        parent_id: Some(department.parent_id).filter(|id| *id != 0),
        head_id: Some(department.head_id).filter(|id| *id != 0),
        sort: department.sort,
    }
}

/// All departments.
#[derive(Serialize, JsonSchema)]
pub(super) struct Departments {
    departments: Vec<Department>,
}

/// A department as it is now.
#[derive(Serialize, JsonSchema)]
pub(super) struct ChangedDepartment {
    department: Department,
}

/// `trunkline.department.list`
pub(super) async fn list(call: Call, _: NoParams) -> Result<Departments, RestError> {
    let departments = call.read(departments::list).await?.into_iter().map(shown).collect();
    Ok(Departments { departments })
}

/// Parameters of `trunkline.department.add`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct AddParams {
    name: String,
    /// The department above.
    parent_id: i64,
    head_id: Option<i64>,
    sort: Option<u32>,
}

/// `trunkline.department.add`
pub(super) async fn add(call: Call, params: AddParams) -> Result<ChangedDepartment, RestError> {
    let new = NewDepartment {
        name: name(&params.name)?,
        parent_id: params.parent_id,
        head_id: params.head_id.unwrap_or(0),
        sort: params.sort.map_or(departments::SORT, i64::from),
    };
    let added = call
        .change(move |change| {
            check_head(change, new.head_id)?;
            let id = departments::add(change, &new)?;
            change.about(id);
            departments::find(change.tx, id)?.ok_or(Error::Refused(Refusal::NotFound))
        })
        .await?;
    call.app.callers.clear();
    Ok(ChangedDepartment { department: shown(added) })
}

/// Parameters of `trunkline.department.update`: what is left out stays.
#[derive(Deserialize, JsonSchema)]
pub(super) struct UpdateParams {
    id: i64,
    name: Option<String>,
    parent_id: Option<i64>,
    /// 0: nobody.
    head_id: Option<i64>,
    sort: Option<u32>,
}

/// `trunkline.department.update`
pub(super) async fn update(call: Call, params: UpdateParams) -> Result<ChangedDepartment, RestError> {
    let name = params.name.as_deref().map(name).transpose()?;
    let changed = call
        .change(move |change| {
            let mut department = departments::find(change.tx, params.id)?.ok_or(Refusal::NotFound)?;
            department.name = name.unwrap_or(department.name);
            department.parent_id = params.parent_id.unwrap_or(department.parent_id);
            department.head_id = params.head_id.unwrap_or(department.head_id);
            department.sort = params.sort.map_or(department.sort, i64::from);
            check_head(change, department.head_id)?;
            departments::update(change, &department)?;
            Ok(department)
        })
        .await;
    call.app.callers.clear();
    Ok(ChangedDepartment { department: shown(changed.map_err(refused)?) })
}

/// Parameters of `trunkline.department.delete`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct DeleteParams {
    id: i64,
}

/// `trunkline.department.delete`: its employees and those below it move one up.
pub(super) async fn delete(call: Call, params: DeleteParams) -> Result<bool, RestError> {
    call.change(move |change| departments::remove(change, params.id)).await.map_err(refused)?;
    call.app.callers.clear();
    Ok(true)
}

fn name(text: &str) -> Result<String, RestError> {
    match limited("name", text, NAME_CHARS_MAX)? {
        name if name.is_empty() => Err(RestError::empty_argument("name")),
        name => Ok(name),
    }
}

fn check_head(change: &mut Change<'_, '_>, head_id: i64) -> desk::Result<()> {
    let known = head_id == 0 || users::find(change.tx, head_id)?.as_ref().is_some_and(User::is_active_employee);
    if known { Ok(()) } else { Err(Error::Refused(Refusal::NoUser)) }
}

fn refused(error: Error) -> RestError {
    match error {
        Error::Refused(Refusal::NoAccess) => {
            let text = "The company stands at the top, and no department below itself";
            RestError::method("DEPARTMENT_TREE", text)
        }
        error => error.into(),
    }
}
