//! Keeps the focus on the page: people who use the keyboard stay where they were when what they pressed goes away.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, FocusEvent, HtmlElement, MutationObserver, MutationObserverInit};

use crate::browser;

/// What had the focus last, and what it stood in, the nearest first.
struct Last {
    element: Element,
    around: Vec<Element>,
    /// Whether the focus was lost without being moved.
    lost: bool,
}

/// What can take the focus in place of something in it.
const CONTAINERS: &str = "[tabindex], section, form, fieldset, [role=group], [role=tabpanel], main";

/// Watches the page for as long as it is open. Where what has the focus is taken away, the part of the page in which it
/// stood takes it; where it is closed for a while, it gets the focus back.
pub fn keep_focus() {
    let last = Rc::new(RefCell::new(None::<Last>));
    let known = Rc::clone(&last);
    window_event_listener(leptos::ev::focusin, move |event: FocusEvent| {
        let element = event.target().and_then(|target| target.dyn_into().ok());
        *known.borrow_mut() = element.map(Last::of);
    });
    // A press where nothing is leaves on purpose.
    let left = Rc::clone(&last);
    window_event_listener(leptos::ev::pointerdown, move |_| {
        *left.borrow_mut() = None;
    });
    let is_due = Rc::new(Cell::new(false));
    let changed = Closure::<dyn Fn()>::new(move || {
        if is_due.replace(true) {
            return;
        }
        // The browser takes the focus away when it draws, and the page's own handlers come first.
        let (last, is_due) = (Rc::clone(&last), Rc::clone(&is_due));
        let restore = move || {
            is_due.set(false);
            // Giving the focus is heard above, at once.
            let Some(mut gone) = last.take() else { return };
            gone.restore();
            last.borrow_mut().get_or_insert(gone);
        };
        request_animation_frame(move || set_timeout(restore, Duration::ZERO));
    });
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    options.set_attributes(true);
    options.set_attribute_filter(&js_sys::Array::from_iter(
        ["disabled", "class", "hidden"].map(wasm_bindgen::JsValue::from),
    ));
    if let (Ok(observer), Some(body)) = (
        MutationObserver::new(changed.as_ref().unchecked_ref()),
        document().body(),
    ) {
        // A page without its body has nothing to watch.
        let _ = observer.observe_with_options(&body, &options);
    }
    // It is there as long as the page.
    changed.forget();
}

impl Last {
    fn of(element: Element) -> Self {
        let mut around = Vec::new();
        let mut above = element.parent_element();
        while let Some(container) = above {
            above = container.parent_element();
            if container.matches(CONTAINERS).unwrap_or_default() {
                around.push(container);
            }
        }
        Self {
            element,
            around,
            lost: false,
        }
    }

    fn restore(&mut self) {
        if !browser::is_focus_lost() {
            return;
        }
        if self.element.is_connected() && is_drawn(&self.element) {
            match self.element.has_attribute("disabled") {
                true => self.lost = true,
                false if self.lost => focus(&self.element),
                false => {}
            }
            return;
        }
        let container = self
            .around
            .iter()
            .find(|container| container.is_connected() && is_drawn(container));
        match container.filter(|container| container.tag_name() != "MAIN") {
            Some(container) => {
                if !container.has_attribute("tabindex") {
                    let _ = container.set_attribute("tabindex", "-1");
                }
                focus(container);
            }
            None => browser::focus("heading"),
        }
    }
}

fn is_drawn(element: &Element) -> bool {
    element.get_client_rects().length() > 0
}

fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus_with_options(&options);
    }
}
