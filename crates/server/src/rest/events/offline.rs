//! The offline queue.
use super::super::Method;
pub(super) fn methods() -> Vec<Method> {
    Vec::new()
}
