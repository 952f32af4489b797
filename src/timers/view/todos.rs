//! The reader's own list of things to do.

use super::desk::Desk;
use super::page::Board;
use crate::ids::TodoId;
use crate::text::fill;
use crate::timers::api;
use crate::timers::model::{MAX_TODOS, NewTimer, NewTodo, TimerKind, Todo, TodoOrder, TodoPatch, checked_title};
use crate::ui::{Icon, IconButton, browser};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

const FIELD: &str = "todo-new";
/// The length of a timer that is started from the list.
const SECS: i64 = 25 * 60;

/// The classes of the buttons that move a row.
const UP: &str = "todo-up";
const DOWN: &str = "todo-down";

/// A row that the reader has just moved, and which way.
#[derive(Clone, Copy)]
struct Moved {
    id: TodoId,
    by: isize,
}

#[component]
pub fn TodoCard(board: Board) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let text = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let ids = Memo::new(move |_| desk.live.with(|mine| mine.todos.iter().map(|todo| todo.id).collect::<Vec<TodoId>>()));
    let open = move || desk.live.with(|mine| mine.todos.iter().filter(|todo| todo.done_at.is_none()).count());
    // Moving a row takes the focus away: it comes back to the button that moved it, or, where that
    // one is gone at an end of the list, to the other.
    let moved = StoredValue::new(None::<Moved>);
    Effect::new(move |_| {
        ids.track();
        if let Some(Moved { id, by }) = moved.try_update_value(Option::take).flatten() {
            request_animation_frame(move || {
                let row = ["#todo-", &id.to_string()].concat();
                let (first, other) = if by < 0 { (UP, DOWN) } else { (DOWN, UP) };
                browser::focus_selector(&[&row, " .", other].concat());
                browser::focus_selector(&[&row, " .", first].concat());
            });
        }
    });
    let is_full = move || ids.with(Vec::len) >= MAX_TODOS as usize;
    let add = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || text.with_untracked(|text| text.trim().is_empty()) {
            return;
        }
        let title = match text.with_untracked(|text| checked_title(text)) {
            Ok(title) => title,
            Err(error) => return desk.toasts.refused(&error),
        };
        busy.set(true);
        spawn_local(async move {
            let result = api::create_todo(NewTodo { title }).await;
            let _ = busy.try_set(false);
            if result.is_ok() {
                let _ = text.try_set(String::new());
            }
            desk.finish(result);
        });
    };
    view! {
        <section class="card" aria-labelledby="todo-title">
            <div class="card-head">
                <h2 id="todo-title">{t.todos}</h2>
                <span class="muted">{move || fill(t.todos_open, &[&open()])}</span>
            </div>
            <ul class="todo-list">
                <For each=move || ids.get() key=|id| id.0 children=move |id| item(board, ids, moved, id) />
            </ul>
            <form class="todo-form" on:submit=add>
                <label class="sr-only" for=FIELD>{t.todo_new}</label>
                <input
                    class="input"
                    id=FIELD
                    autocomplete="off"
                    maxlength="200"
                    placeholder=t.todo_new
                    disabled=is_full
                    bind:value=text
                />
                <button type="submit" class="btn" aria-busy=move || busy.get().then_some("true")>
                    <Icon name="plus" />{t.add}
                </button>
            </form>
        </section>
    }
}

fn item(board: Board, ids: Memo<Vec<TodoId>>, moved: StoredValue<Option<Moved>>, id: TodoId) -> AnyView {
    let desk = board.desk;
    let t = desk.t();
    // One that is leaving the page keeps its last look until it is gone.
    let todo = Memo::new(move |last: Option<&Option<Todo>>| {
        let now = desk.live.with(|mine| mine.todos.iter().find(|todo| todo.id == id).cloned());
        now.or_else(|| last.cloned().flatten())
    });
    let title = Memo::new(move |_| todo.with(|todo| todo.as_ref().map(|todo| todo.title.clone()).unwrap_or_default()));
    let is_done = Memo::new(move |_| todo.with(|todo| todo.as_ref().is_some_and(|todo| todo.done_at.is_some())));
    let version = move || todo.with_untracked(|todo| todo.as_ref().map(|todo| todo.version));
    let check = move |done: bool| {
        let patch = TodoPatch { done: Some(done), version: version(), ..TodoPatch::default() };
        desk.send(api::edit_todo(id, patch));
    };
    let rename = move |text: String| {
        if text.trim() != title.get_untracked() {
            let patch = TodoPatch { title: Some(text), version: version(), ..TodoPatch::default() };
            desk.send(api::edit_todo(id, patch));
        }
    };
    // Enter keeps what was typed, Esc takes it back.
    let keys = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" if !event.is_composing() => {
            event.prevent_default();
            browser::focus(FIELD);
        }
        "Escape" => event_target::<leptos::web_sys::HtmlInputElement>(&event).set_value(&title.get_untracked()),
        _ => {}
    };
    let step = move |by: isize| {
        moved.set_value(Some(Moved { id, by }));
        move_by(desk, ids, id, by);
    };
    let begin = move |()| {
        let wanted = NewTimer {
            allocated_duration: SECS,
            todo_id: Some(id.to_string()),
            title: Some(title.get_untracked()),
            kind: Some(TimerKind::Focus),
            ..NewTimer::default()
        };
        desk.send(api::create_timer(wanted));
    };
    let labelled = move |text: &'static str| Signal::derive(move || fill(text, &[&title.get()]));
    let is_first = Signal::derive(move || ids.with(|ids| ids.first() == Some(&id)));
    let is_last = Signal::derive(move || ids.with(|ids| ids.last() == Some(&id)));
    view! {
        <li class="todo" id=["todo-", &id.to_string()].concat() class:is-done=is_done>
            <input
                type="checkbox"
                class="box"
                aria-label=labelled(t.todo_done)
                prop:checked=is_done
                on:change:target=move |event| check(event.target().checked())
            />
            <input
                class="todo-text"
                maxlength="200"
                autocomplete="off"
                aria-label=labelled(t.todo_title)
                prop:value=title
                on:keydown=keys
                on:change:target=move |event| rename(event.target().value())
            />
            <span class="todo-tools">
                <Show when=move || !is_done.get()>
                    <IconButton icon="play" class="sm" label=labelled(t.todo_start) on_press=Callback::new(begin) />
                </Show>
                {move || (!is_first.get()).then(|| view! {
                    <IconButton icon="chevron-up" class="sm todo-up" label=labelled(t.todo_up) on_press=Callback::new(move |()| step(-1)) />
                }.into_any())}
                {move || (!is_last.get()).then(|| view! {
                    <IconButton icon="chevron-down" class="sm todo-down" label=labelled(t.todo_down) on_press=Callback::new(move |()| step(1)) />
                }.into_any())}
                <IconButton
                    icon="trash-2"
                    class="sm"
                    label=labelled(t.todo_delete)
                    on_press=Callback::new(move |()| desk.send(api::delete_todo(id)))
                />
            </span>
        </li>
    }
    .into_any()
}

/// Moves one up or down in the list; the whole order is what is sent.
fn move_by(desk: Desk, ids: Memo<Vec<TodoId>>, id: TodoId, by: isize) {
    let mut order = ids.get_untracked();
    let Some(from) = order.iter().position(|known| *known == id) else { return };
    let Some(to) = from.checked_add_signed(by).filter(|to| *to < order.len()) else { return };
    order.swap(from, to);
    desk.send(api::order_todos(TodoOrder { todo_ids: order }));
}
