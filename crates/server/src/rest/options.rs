//! Methods of this family.

use super::Method;

pub(super) fn methods() -> Vec<Method> {
    Vec::new()
}
