//! Scopes of an application or a webhook made here.

/// What a connector needs and the SDKs ask for.
const USUAL: [&str; 6] = ["imopenlines", "imconnector", "im", "user", "imbot", "crm"];

/// The scopes that are granted unless others are asked for.
pub fn usual() -> Vec<String> {
    USUAL.map(str::to_owned).to_vec()
}

/// One scope of a flag.
pub fn parse(text: &str) -> Result<String, String> {
    let code = text.trim();
    match server::scopes::is_known(code) {
        true => Ok(code.to_owned()),
        false => {
            Err(format!("there is no scope {code}; scopes are words such as imopenlines, separate several with commas"))
        }
    }
}

/// Stored scopes one by one.
pub fn split(stored: &str) -> Vec<&str> {
    stored.split(',').filter(|code| !code.is_empty()).collect()
}
