//! Icons, drawn inline; words stand beside them, so they are hidden from screen readers.

use leptos::prelude::*;

use model::mark::Mark;
use model::wording::Tone;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    Check,
    Plus,
    Pencil,
    Cross,
    Question,
    Dash,
    Dot,
    Folder,
    File,
    Chevron,
    Info,
    Clock,
    Search,
    Link,
    Lock,
}

impl IconName {
    /// The icon of a mark.
    pub fn of_mark(mark: Mark) -> Self {
        match mark {
            Mark::Planned | Mark::Content => Self::File,
            Mark::Unchanged => Self::Check,
            Mark::NotNeeded => Self::Dash,
            Mark::Unexpected => Self::Question,
            Mark::Added => Self::Plus,
            Mark::Kept | Mark::Overwritten => Self::Pencil,
            Mark::Conflict => Self::Cross,
        }
    }

    /// The icon of a tone.
    pub fn of_tone(tone: Tone) -> Self {
        match tone {
            Tone::Success => Self::Check,
            Tone::Attention => Self::Info,
            Tone::Danger => Self::Cross,
            Tone::Accent => Self::Clock,
            Tone::Muted => Self::Dot,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Check => Tone::Success.icon(),
            Self::Plus => "M8 3v10M3 8h10",
            Self::Pencil => "M3 13l.6-2.8L11 2.8l2.2 2.2-7.4 7.4z",
            Self::Cross => Tone::Danger.icon(),
            Self::Question => "M5.5 6a2.5 2.5 0 1 1 3.4 2.3c-.6.3-.9.7-.9 1.4M8 12.4v.2",
            Self::Dash => "M4 8h8",
            Self::Dot => Tone::Muted.icon(),
            Self::Folder => {
                "M1.8 4.2c0-.6.4-1 1-1h3.4l1.4 1.6h5.6c.6 0 1 .4 1 1v6c0 .6-.4 1-1 1H2.8c-.6 0-1-.4-1-1z"
            }
            Self::File => "M4 1.8h5L12.2 5v9.2H4zM9 2v3.2h3",
            Self::Chevron => "M6 3.5L10.5 8 6 12.5",
            Self::Info => Tone::Attention.icon(),
            Self::Search => "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.4 10.4L14 14",
            Self::Link => {
                "M6.5 9.5l3-3M7 4.5l1.6-1.6a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5l-1.6 1.6a2.8 2.8 0 0 1-4-4L5 7.5"
            }
            Self::Lock => "M4 7.5h8v6H4zM5.5 7.5V5.2a2.5 2.5 0 0 1 5 0v2.3",
            Self::Clock => Tone::Accent.icon(),
        }
    }
}

/// An icon in the colour of the text.
#[component]
pub fn Icon(#[prop(into)] name: Signal<IconName>) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=move || name.get().path()/>
        </svg>
    }
}
