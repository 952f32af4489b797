//! The server's twin of `client.rs`: a page that is being rendered opens no socket.

use super::live::Connection;

pub fn start(_connection: Connection) {}
