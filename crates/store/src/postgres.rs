//! The PostgreSQL driver.
use crate::store::Opened;
use crate::{Error, Options};
pub(crate) async fn open(_url: &str, _options: Options) -> Result<Opened, Error> {
    Err(Error::unsupported("PostgreSQL, yet"))
}
