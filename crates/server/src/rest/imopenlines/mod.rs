//! `imopenlines.*`: lines, operators and sessions (`contract/openlines.md` Part 3).

mod bot;
mod config;
mod crm;
mod dialog;
mod mode;
mod network;
mod operator;
mod quick;
mod session;
mod start;
mod transfer;
mod vote;

pub(super) use dialog::find_by_code;
pub(super) use session::invalid_session;

use super::{Callers, Method, method, raw_method};

const SCOPES: &[&str] = &["imopenlines"];

pub(super) fn methods() -> Vec<Method> {
    use Callers::{All, NotBrowsers};
    vec![
        raw_method::<config::AddParams, _, _>("imopenlines.config.add", SCOPES, All, config::add).audited(),
        method("imopenlines.config.update", SCOPES, All, config::update).audited(),
        method("imopenlines.config.delete", SCOPES, All, config::delete).audited(),
        method("imopenlines.config.get", SCOPES, All, config::get),
        method("imopenlines.config.list.get", SCOPES, All, config::list),
        method("imopenlines.config.path.get", SCOPES, All, config::path),
        method("imopenlines.revision.get", SCOPES, All, config::revision),
        method("imopenlines.network.join", SCOPES, All, network::join),
        method("imopenlines.network.message.add", SCOPES, NotBrowsers, network::add),
        method("imopenlines.operator.answer", SCOPES, All, operator::answer),
        method("imopenlines.operator.finish", SCOPES, All, operator::finish),
        method("imopenlines.operator.skip", SCOPES, All, operator::skip),
        method("imopenlines.operator.another.finish", SCOPES, All, operator::another_finish),
        method("imopenlines.operator.spam", SCOPES, All, operator::spam),
        method("imopenlines.operator.transfer", SCOPES, All, transfer::operator),
        method("imopenlines.crm.lead.create", SCOPES, All, crm::create_lead),
        method("imopenlines.crm.chat.get", SCOPES, All, crm::get),
        method("imopenlines.crm.chat.getLastId", SCOPES, All, crm::last_id),
        method("imopenlines.crm.chat.user.add", SCOPES, All, crm::add_user),
        method("imopenlines.crm.chat.user.delete", SCOPES, All, crm::delete_user),
        method("imopenlines.crm.message.add", SCOPES, All, crm::add_message),
        method("imopenlines.dialog.get", SCOPES, All, dialog::get),
        method("imopenlines.session.open", SCOPES, All, session::open),
        method("imopenlines.session.history.get", SCOPES, All, session::history),
        method("imopenlines.session.start", SCOPES, All, start::session),
        method("imopenlines.message.session.start", SCOPES, All, start::message),
        method("imopenlines.session.join", SCOPES, All, transfer::join),
        method("imopenlines.session.intercept", SCOPES, All, transfer::intercept),
        method("imopenlines.session.mode.pin", SCOPES, All, mode::pin),
        method("imopenlines.session.mode.pinAll", SCOPES, All, mode::pin_all),
        method("imopenlines.session.mode.unpinAll", SCOPES, All, mode::unpin_all),
        method("imopenlines.session.mode.silent", SCOPES, All, mode::silent),
        method("imopenlines.session.head.vote", SCOPES, All, vote::head),
        method("imopenlines.message.quick.save", SCOPES, All, quick::save),
        method("imopenlines.bot.session.message.send", SCOPES, NotBrowsers, bot::send),
        method("imopenlines.bot.session.operator", SCOPES, NotBrowsers, bot::operator),
        method("imopenlines.bot.session.transfer", SCOPES, NotBrowsers, bot::transfer),
        method("imopenlines.bot.session.finish", SCOPES, NotBrowsers, bot::finish),
    ]
}
