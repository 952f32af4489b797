//! The bookings of a room on its track.

use super::block::Block;
use super::board::Board;
use crate::ids::RoomId;
use crate::ui::For;
use leptos::prelude::*;

#[component]
pub fn Blocks(board: Board, id: RoomId) -> impl IntoView {
    view! { <For each=move || board.ids_in(id) key=|id| id.0 children=move |id| view! { <Block board id /> } /> }
}
