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
    match server::provision::is_scope(code) {
        true => Ok(code.to_owned()),
        false => Err("a scope is a word in small letters such as imopenlines; separate several with commas".to_owned()),
    }
}

/// Stored scopes one by one.
pub fn split(stored: &str) -> Vec<&str> {
    stored.split(',').filter(|code| !code.is_empty()).collect()
}
