//! A view that waits for nothing any more.
//!
//! Under a `Suspense` or `Transition` the server walks its children three times: to find what they
//! wait for, to wait for every single node, and to write them. For a page whose data is there, the
//! first two walks are most of the work: a day of 200 bookings took four times as long.

use leptos::prelude::*;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Position, PositionState, Render, RenderHtml};

/// A view that is made when it is written, once. What waits inside of it shows its fallback on the server.
pub struct Settled {
    owner: Owner,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

/// Marks a view whose data is there: a `Suspense` around it does not look into it.
///
/// # Panics
/// Outside of a component.
#[must_use]
pub fn settled(view: impl FnOnce() -> AnyView + Send + 'static) -> Settled {
    Settled { owner: Owner::current().expect("views are made inside of components"), view: Box::new(view) }
}

impl Settled {
    fn view(self) -> AnyView {
        self.owner.with(self.view)
    }
}

impl Render for Settled {
    type State = AnyViewState;

    fn build(self) -> Self::State {
        self.view().build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.view().rebuild(state);
    }
}

impl AddAnyAttr for Settled {
    type Output<SomeNewAttr: Attribute> = AnyView;

    fn add_any_attr<NewAttr: Attribute>(self, attr: NewAttr) -> Self::Output<NewAttr> {
        self.view().add_any_attr(attr).into_any()
    }
}

impl RenderHtml for Settled {
    type AsyncOutput = Self;
    type Owned = Self;
    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attributes: Vec<AnyAttribute>,
    ) {
        self.view().to_html_with_buf(buf, position, escape, mark_branches, attributes);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.view().hydrate::<FROM_SERVER>(cursor, position)
    }

    fn into_owned(self) -> Self {
        self
    }
}
