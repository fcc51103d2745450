//! Badges: an SVG of our own, and the endpoint format of shields.io.

use serde::{Deserialize, Serialize};

use super::Tone;
use crate::quote::invisible::is_invisible;
use crate::quote::markup::markup;

/// The only style in a badge: its colours by day and by night. It stands here by itself so that a content security
/// policy can name its hash.
pub const BADGE_STYLE: &str = ".l{fill:#e6e8ea}.lt{fill:#1f2328}.success{fill:#1a7f37}.attention{fill:#9a6700}.danger{fill:#cf222e}.accent{fill:#0969da}.muted{fill:#59636e}.rt{fill:#fff}@media(prefers-color-scheme:dark){.l{fill:#30363d}.lt{fill:#e6edf3}.success{fill:#238636}.attention{fill:#9e6a03}.danger{fill:#da3633}.accent{fill:#1f6feb}.muted{fill:#545d68}}";

/// The answer for shields.io, <https://shields.io/badges/endpoint-badge>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShieldsBadge {
    /// Always 1.
    pub schema_version: u32,
    /// The left side.
    pub label: String,
    /// The right side.
    pub message: String,
    /// The right side's colour.
    pub color: String,
    /// Whether the colour may not be changed.
    pub is_error: bool,
    /// For how long the badge may be kept.
    pub cache_seconds: u32,
}

/// The badge for shields.io.
pub fn shields_badge(label: &str, message: &str, tone: Tone) -> ShieldsBadge {
    let color = match tone {
        Tone::Success => "brightgreen",
        Tone::Attention => "yellow",
        Tone::Danger => "red",
        Tone::Accent => "blue",
        Tone::Muted => "lightgrey",
    };
    ShieldsBadge {
        schema_version: 1,
        label: label.to_owned(),
        message: message.to_owned(),
        color: color.to_owned(),
        is_error: tone == Tone::Danger,
        cache_seconds: 300,
    }
}

/// An SVG of 20 pixels height that says `label` and `message`, also to screen readers, by day and by night. Text is
/// fitted to its box, so it is never cut off whatever font there is.
pub fn badge_svg(label: &str, message: &str, tone: Tone) -> String {
    let (label, words) = (shortened(label), shortened(message));
    let (left, right) = (width(&label), width(&words));
    let whole = left + right;
    let tone = match tone {
        Tone::Success => "success",
        Tone::Attention => "attention",
        Tone::Danger => "danger",
        Tone::Accent => "accent",
        Tone::Muted => "muted",
    };
    let (label, words) = (markup(&label), markup(&words));
    let (left_text, right_text) = (left - 12, right - 12);
    let right_at = left + 6;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}\" height=\"20\" viewBox=\"0 0 {whole} 20\" role=\"img\" aria-label=\"{label}: {words}\">\
         <title>{label}: {words}</title><style>{BADGE_STYLE}</style>\
         <clipPath id=\"r\"><rect width=\"{whole}\" height=\"20\" rx=\"3\"/></clipPath>\
         <g clip-path=\"url(#r)\"><rect class=\"l\" width=\"{left}\" height=\"20\"/><rect class=\"{tone}\" x=\"{left}\" width=\"{right}\" height=\"20\"/></g>\
         <g font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\" aria-hidden=\"true\">\
         <text class=\"lt\" x=\"6\" y=\"14\" textLength=\"{left_text}\" lengthAdjust=\"spacingAndGlyphs\">{label}</text>\
         <text class=\"rt\" x=\"{right_at}\" y=\"14\" textLength=\"{right_text}\" lengthAdjust=\"spacingAndGlyphs\">{words}</text></g></svg>"
    )
}

fn shortened(text: &str) -> String {
    const MOST: usize = 64;
    // What orders or hides text has no place in a line of it.
    let plain = text.chars().filter(|character| !is_invisible(*character));
    let mut short: String = plain.clone().take(MOST).collect();
    if plain.count() > MOST {
        short.push('…');
    }
    short
}

/// The width of a box for a text: what Verdana at 11 pixels needs, and 6 pixels on both sides.
fn width(text: &str) -> u32 {
    let tenths: u32 = text
        .chars()
        .map(|character| match character {
            'i' | 'j' | 'l' | '.' | ',' | ':' | '\'' | '|' | ' ' => 38,
            'f' | 'r' | 't' | '-' | '(' | ')' | '/' => 46,
            'm' | 'w' | 'M' | 'W' | '@' | '…' => 104,
            'A'..='Z' => 76,
            _ => 68,
        })
        .sum();
    tenths.div_ceil(10) + 12
}
