//! Scopes of an application or a webhook made here.

/// What a connector needs and the SDKs ask for.
const USUAL: [&str; 6] = ["imopenlines", "imconnector", "im", "user", "imbot", "crm"];

/// The scopes that are granted unless others are asked for.
pub fn usual() -> Vec<String> {
    USUAL.map(str::to_owned).to_vec()
}

/// One scope of a flag. Scopes of other systems are let through: clients ask for them without using them.
pub fn parse(text: &str) -> Result<String, String> {
    let code = text.trim();
    let usable = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_.-".contains(letter);
    match !code.is_empty() && code.len() <= 50 && code.chars().all(usable) {
        true => Ok(code.to_owned()),
        false => Err("a scope is a word in small letters such as imopenlines; separate several with commas".to_owned()),
    }
}

/// Stored scopes one by one.
pub fn split(stored: &str) -> Vec<&str> {
    stored.split(',').filter(|code| !code.is_empty()).collect()
}
