//! `imopenlines.session.head.vote`

use desk::head_votes::{self, COMMENT_CHARS_MAX};
use schemars::JsonSchema;
use serde::Deserialize;
use wire::node::Node;

use super::super::{Call, Outcome, RestError};
use super::operator::positive;

/// Parameters of `imopenlines.session.head.vote`; one of the last two must be given.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct HeadParams {
    /// A closed session.
    session_id: Option<Node>,
    /// 1 to 5; anything else counts as not given (D-63).
    rating: Option<Node>,
    comment: Option<Node>,
}

/// `imopenlines.session.head.vote`
pub(super) async fn head(call: Call, params: HeadParams) -> Outcome {
    let empty = || RestError::method("EMPTY_SESSION_ID", "Session ID can't be empty");
    let session_id = positive(params.session_id.as_ref()).ok_or_else(empty)?;
    let rating = params.rating.as_ref().and_then(Node::as_int).filter(|rating| (1..=5).contains(rating));
    let comment = params.comment.as_ref().and_then(Node::as_text).filter(|comment| !comment.is_empty());
    let comment = comment.map(std::borrow::Cow::into_owned);
    if rating.is_none() && comment.is_none() {
        let text = "At least one of the parameters RATING or COMMENT must be specified";
        return Err(RestError::method("EMPTY_VOTE_PARAMS", text));
    }
    if comment.as_ref().is_some_and(|comment| comment.chars().count() > COMMENT_CHARS_MAX) {
        return Err(RestError::argument("COMMENT", format!("COMMENT may have {COMMENT_CHARS_MAX} characters")));
    }
    call.change(move |change| head_votes::rate(change, session_id, rating, comment.as_deref())).await?;
    Ok(true.into())
}
