//! How good something is: one colour and one icon for each, wherever it is shown.

/// How good a state is. Green, amber and red mean health and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// As it should be.
    Success,
    /// Somebody should look at it.
    Attention,
    /// Wrong.
    Danger,
    /// Under way, or worth knowing.
    Accent,
    /// Not known, or nothing to say.
    Muted,
}

impl Tone {
    /// The class of the style sheet that colours it.
    pub fn class(self) -> &'static str {
        match self {
            Self::Success => "tone-success",
            Self::Attention => "tone-attention",
            Self::Danger => "tone-danger",
            Self::Accent => "tone-accent",
            Self::Muted => "tone-muted",
        }
    }

    /// The icon that says the same without colour: the path of an SVG of 16 by 16 units, drawn as a line.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Success => "M3 8.5l3.2 3.2L13 5",
            Self::Attention => "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 7.2v4M8 4.6v.2",
            Self::Danger => "M4 4l8 8M12 4l-8 8",
            Self::Accent => "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 4.6V8l2.4 1.6",
            Self::Muted => "M8 6.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z",
        }
    }
}
