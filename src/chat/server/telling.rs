//! What happens to a room is told among its messages, in the transaction in which it happens.

use super::messages::empty;
use super::render::render_plain;
use super::store;
use crate::accounts::server::Caller;
use crate::chat::model::{Message, MessageType, RoomChange};
use crate::error::AppError;
use crate::ids::ChatRoomId;
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};
use crate::server::state::App;
use crate::text::Lang;

/// Writes what the caller has done to a room, once somebody has written there and as long as anybody
/// can. It is unread by nobody who has read the rest, calls nobody and is not searched.
///
/// # Errors
/// When the database fails.
pub(super) async fn tell_change(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    room: ChatRoomId,
    change: RoomChange,
) -> Result<(), AppError> {
    let Some(seq) = store::take_next_seq_of_open(tx, room).await? else { return Ok(()) };
    store::read_after(tx, room, seq).await?;
    let unread_by = store::count_unread_by(tx, room, seq, caller.user.id).await?;
    let now = tx.now();
    // For clients that do not know of changes; pages say it in their reader's language.
    let words = change.words(&caller.user.name, Lang::default(), &app.zone_around(now));
    let mut message = Message {
        seq,
        html: render_plain(&words),
        message: words,
        message_type: MessageType::System,
        change: Some(change),
        ..empty(caller, room, unread_by, now)
    };
    // Without a number of its sender's, nothing stands in its way.
    let id = store::insert_message(tx, &message, None).await?;
    message.id = id.ok_or_else(|| AppError::internal(&"a message without a sender's number is refused"))?;
    tx.emit(Topic::Chat(room), Some(caller.user.id), Event::ChatMessage(Box::new(message)));
    Ok(())
}
