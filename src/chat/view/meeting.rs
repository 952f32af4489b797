//! The way from a booking to what its people say.

use super::make::use_maker;
use crate::app::use_page;
use crate::chat::model::{NewChatRoom, RoomKind};
use crate::ids::ReservationId;
use crate::ui::{BusyButton, Icon};
use leptos::prelude::*;

/// Opens the chat room of a booking; whoever comes first makes it.
#[component]
pub fn MeetingChat(reservation: ReservationId) -> impl IntoView {
    let t = use_page().lang.texts();
    let (busy, make) = use_maker(Callback::new(|()| {}));
    let press = move |()| {
        let room =
            NewChatRoom { kind: Some(RoomKind::Live), reservation_id: Some(reservation), ..NewChatRoom::default() };
        make.run(room);
    };
    view! {
        <BusyButton class="sm" busy busy_text=t.loading on_press=press>
            <Icon name="message-circle" />
            {t.chat}
        </BusyButton>
    }
}
