//! The screens of chat.
//!
//! * `chats`: what every page knows: the list, the number in the menu, drafts. `outbox` with `idb` and `files`: what
//!   is on its way, texts and files, and cannot be lost.
//! * `page`: the list beside a room. `list`, `make`: the rooms, and new ones; `unsent`: what no room of the list takes.
//! * `room`: an open room. `desk` is what its parts share; `log` scrolls, and its `lines` say what stands in it;
//!   `message` and `pending` draw it, `composer` and `calling` write, `typing` says who else does, `side`
//!   is what stands beside it, `search` finds, `kept` is what the person keeps, `asks` and `menu` what can be done,
//!   `discipline` what to a member and `notes` what was, `exports` takes it away. `carried` is what goes along from
//!   one room into the next.
//! * `meeting`: the way here from a booking. `admin`: the page of those who answer for the rooms.

mod admin;
mod agenda;
mod asks;
mod calling;
mod carried;
mod chats;
mod composer;
mod desk;
mod discipline;
/// The screen itself; on the server its twin, which has none.
#[cfg_attr(feature = "ssr", path = "dom_stub.rs")]
mod dom;
mod exports;
/// The files that somebody chose; on the server its twin, where nobody does.
#[cfg_attr(feature = "ssr", path = "files_stub.rs")]
mod files;
/// The browser's database; on the server its twin, which keeps nothing.
#[cfg_attr(feature = "ssr", path = "idb_stub.rs")]
mod idb;
mod kept;
mod list;
mod log;
mod make;
mod meeting;
mod members;
mod menu;
mod message;
mod notes;
mod outbox;
mod page;
mod pending;
mod person;
mod reading;
mod rename;
mod room;
mod search;
mod side;
mod typing;
mod unsent;

pub use admin::ChatAdminPage;
pub use chats::{ChatLink, provide_chats};
pub use meeting::MeetingChat;
pub use page::ChatPage;
pub use person::{Disc, state_words, use_presence};
pub use reading::ShowReading;
