//! How much one request may contain, and what is wrong with one that cannot be decoded.

use std::cell::Cell;

/// Bounds on one decoded tree (`contract/platform.md` P-11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Keys on the path to any value; a top-level parameter has depth 1.
    pub depth_max: usize,
    /// Scalars and empty containers in the tree. Containers are bounded by the same number, counted
    /// on their own, because `a[][][]…` makes many containers out of few bytes.
    pub leaves_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth_max: 64, leaves_max: 100_000 }
    }
}

/// Why a body, a query string or a command could not be decoded. The server answers
/// 400 `INVALID_REQUEST` with the text of the error as description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A value lies deeper than [`Limits::depth_max`].
    #[error("Parameters are nested deeper than {depth_max} levels")]
    TooDeep {
        /// The bound that was exceeded.
        depth_max: usize,
    },
    /// More leaves or containers than [`Limits::leaves_max`].
    #[error("More than {leaves_max} parameter values")]
    TooManyValues {
        /// The bound that was exceeded.
        leaves_max: usize,
    },
    /// Bytes that are not UTF-8, after percent-decoding.
    #[error("Parameters are not valid UTF-8")]
    NotUtf8,
    /// Malformed JSON, or a root that is neither an object nor `[]` (P-08). The place is for logs.
    #[error("Invalid JSON")]
    Json {
        /// Line of the mistake, from 1; 0 when the root has the wrong type.
        line: usize,
        /// Column of the mistake in bytes, from 1.
        column: usize,
    },
}

/// Counts what a decoder builds and stops it at the limits.
///
/// Cells, because a serde visitor and its children share one meter. The first failure is kept here
/// too: serde carries error texts only.
pub(crate) struct Meter {
    limits: Limits,
    leaves: Cell<usize>,
    containers: Cell<usize>,
    failure: Cell<Option<DecodeError>>,
}

impl Meter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, leaves: Cell::new(0), containers: Cell::new(0), failure: Cell::new(None) }
    }

    /// For trees that somebody else has bounded already.
    pub(crate) fn unlimited() -> Self {
        Self::new(Limits { depth_max: usize::MAX, leaves_max: usize::MAX })
    }

    /// Checks the depth of a value, which is the number of keys on its path.
    pub(crate) fn depth(&self, depth: usize) -> Result<(), DecodeError> {
        if depth > self.limits.depth_max {
            return self.fail(DecodeError::TooDeep { depth_max: self.limits.depth_max });
        }
        Ok(())
    }

    pub(crate) fn leaf(&self) -> Result<(), DecodeError> {
        self.count(&self.leaves)
    }

    pub(crate) fn container(&self) -> Result<(), DecodeError> {
        self.count(&self.containers)
    }

    /// The limit that stopped the decoder, if it was one.
    pub(crate) fn failure(&self) -> Option<DecodeError> {
        self.failure.get()
    }

    fn count(&self, counter: &Cell<usize>) -> Result<(), DecodeError> {
        counter.set(counter.get() + 1);
        if counter.get() > self.limits.leaves_max {
            return self.fail(DecodeError::TooManyValues { leaves_max: self.limits.leaves_max });
        }
        Ok(())
    }

    fn fail(&self, error: DecodeError) -> Result<(), DecodeError> {
        self.failure.set(Some(error));
        Err(error)
    }
}
