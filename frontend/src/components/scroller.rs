//! A list that is scrolled in its own box and draws only the rows in sight.

use leptos::html;
use leptos::prelude::*;

use model::window::Sight;

/// What is known of the box.
#[derive(Clone, Copy)]
pub struct Scroller {
    pub node: NodeRef<html::Div>,
    /// A row's height is that of this element.
    pub probe: NodeRef<html::Div>,
    pub sight: RwSignal<Sight>,
}

impl Scroller {
    /// Watches the box until the caller's part of the page goes.
    pub fn new() -> Self {
        let scroller = Self {
            node: NodeRef::new(),
            probe: NodeRef::new(),
            sight: RwSignal::new(Sight {
                top: 0.0,
                height: 800.0,
                row: 40.0,
            }),
        };
        let listener = window_event_listener(leptos::ev::resize, move |_| scroller.measure());
        on_cleanup(move || listener.remove());
        Effect::new(move || {
            if scroller.node.get().is_some() && scroller.probe.get().is_some() {
                scroller.measure();
            }
        });
        scroller
    }

    /// Looks how large the box is and how far it is scrolled, while it is there: who waits for the next turn may be late.
    pub fn measure(self) {
        let node = self.node.try_get_untracked().flatten();
        let probe = self.probe.try_get_untracked().flatten();
        let (Some(node), Some(probe)) = (node, probe) else {
            return;
        };
        let sight = Sight {
            top: f64::from(node.scroll_top()),
            height: f64::from(node.client_height()),
            row: f64::from(probe.offset_height()),
        };
        if self.sight.get_untracked() != sight {
            self.sight.set(sight);
        }
    }

    /// Scrolls to a row that is out of sight.
    pub fn reveal(self, index: usize) {
        self.measure();
        if let (Some(top), Some(node)) = (
            self.sight.get_untracked().reveal(index),
            self.node.get_untracked(),
        ) {
            node.set_scroll_top(top as i32);
            self.measure();
        }
    }
}
