//! What a finished call looks like on the wire (`contract/platform.md` section 2).

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Value, json};

pub use crate::xml::to_xml;

/// The `time` block of every success (2.2): all eight fields, always (P-23).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TimeBlock {
    /// Unix seconds at which handling of the request began.
    pub start: f64,
    /// Unix seconds at which it ended.
    pub finish: f64,
    /// `finish - start`, in seconds.
    pub duration: f64,
    /// Seconds spent in the method itself; at most `duration`.
    pub processing: f64,
    /// `start` as `YYYY-MM-DDThh:mm:ss±hh:mm` in the server's time zone.
    pub date_start: String,
    /// `finish` in the same form.
    pub date_finish: String,
    /// Unix seconds at which the oldest minute of this method's operating time is forgotten.
    pub operating_reset_at: i64,
    /// Seconds this method has used in the window, this call included; 0 when not metered.
    pub operating: f64,
}

/// The length of the operating time window in seconds (5.3).
const OPERATING_WINDOW_S: i64 = 600;

impl TimeBlock {
    /// The block of a call whose operating time is not metered (P-23), such as `batch` itself.
    /// Times are Unix seconds, `processing_s` is a duration.
    #[must_use]
    pub fn unmetered(
        start: f64,
        finish: f64,
        processing_s: f64,
        date_start: impl Into<String>,
        date_finish: impl Into<String>,
    ) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "Unix seconds; the cast saturates")]
        let operating_reset_at = (start.floor() as i64).saturating_add(OPERATING_WINDOW_S);
        Self {
            start,
            finish,
            duration: finish - start,
            processing: processing_s,
            date_start: date_start.into(),
            date_finish: date_finish.into(),
            operating_reset_at,
            operating: 0.0,
        }
    }

    /// The same block with the operating time of the method.
    #[must_use]
    pub fn metered(self, operating_s: f64, operating_reset_at: i64) -> Self {
        Self { operating: operating_s, operating_reset_at, ..self }
    }
}

/// A success: `{"result":…,"next"?,"total"?,"time":{…}}`, keys in this order (2.1).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Success<R> {
    /// Any JSON, `null` included.
    pub result: R,
    /// Offset of the next page; only if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
    /// All rows that match, for list methods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// When and how long.
    pub time: TimeBlock,
}

impl<R> Success<R> {
    /// A success that is not a page of a list.
    #[must_use]
    pub fn new(result: R, time: TimeBlock) -> Self {
        Self { result, next: None, total: None, time }
    }
}

/// An error: `{"error":"CODE","error_description":"text", extra…}` (2.3). Never with `time` (P-24).
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorBody {
    /// The code that clients branch on; its case matters.
    pub error: Cow<'static, str>,
    /// Text for people.
    pub error_description: Cow<'static, str>,
    /// Further keys, such as `argument`, in this order.
    pub extra: Vec<(Cow<'static, str>, Value)>,
}

impl ErrorBody {
    /// A code and its text.
    pub fn new(error: impl Into<Cow<'static, str>>, error_description: impl Into<Cow<'static, str>>) -> Self {
        Self { error: error.into(), error_description: error_description.into(), extra: Vec::new() }
    }

    /// The same body with one more key.
    #[must_use]
    pub fn with(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.extra.push((key.into(), value.into()));
        self
    }
}

impl Serialize for ErrorBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2 + self.extra.len()))?;
        map.serialize_entry("error", &self.error)?;
        map.serialize_entry("error_description", &self.error_description)?;
        for (key, value) in &self.extra {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// The 404 body for every `/rest/api/…` path: REST 3.0 is not offered (P-21).
#[must_use]
pub fn method_not_found_v3() -> Value {
    json!({"error": {
        "code": "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION",
        "message": "Method not found",
    }})
}
