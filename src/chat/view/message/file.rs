//! The file of a message.

use crate::chat::model::{FileInfo, Message, MessageType};
use crate::chat::view::desk::Desk;
use crate::text::fill;
use crate::ui::Icon;
use leptos::prelude::*;

/// Bytes of a kilobyte, as files are labelled.
const KB: i64 = 1_024;

/// An image to look at, or a file to take.
pub fn file_of(desk: Desk, message: &Message) -> Option<AnyView> {
    let url = message.file_url.clone()?;
    let name = message.file.as_ref().map_or_else(|| url.clone(), |file| file.name.clone());
    let size = message.file.as_ref().map(|file| size_words(file.size));
    let is_own = url.starts_with('/');
    if message.message_type == MessageType::Image && is_own {
        let (width, height) = shown_size(message.file.as_ref());
        let label = fill(desk.t().chat_open_image, &[&name]);
        let source = url.clone();
        return Some(
            view! {
                <a class="msg-image" href=url target="_blank" rel="noopener" aria-label=label>
                    <img src=source alt=name loading="lazy" width=width height=height />
                </a>
            }
            .into_any(),
        );
    }
    Some(
        view! {
            <a class="msg-file" href=url target="_blank" rel="noopener noreferrer">
                <Icon name="file" />
                <span>
                    <b>{name}</b>
                    <small class="muted">{size}</small>
                </span>
            </a>
        }
        .into_any(),
    )
}

/// In CSS pixels: as large as it is, within the log's measure. Nothing moves when it has come.
fn shown_size(file: Option<&FileInfo>) -> (Option<u32>, Option<u32>) {
    const WIDEST: u32 = 360;
    const HIGHEST: u32 = 280;
    let Some((width, height)) = file.and_then(|file| Some((file.width?, file.height?))) else { return (None, None) };
    if width == 0 || height == 0 {
        return (None, None);
    }
    let by_width = WIDEST.min(width);
    let scaled = (u64::from(height) * u64::from(by_width) / u64::from(width)).max(1);
    if scaled <= u64::from(HIGHEST) {
        (Some(by_width), u32::try_from(scaled).ok())
    } else {
        let width = (u64::from(width) * u64::from(HIGHEST) / u64::from(height)).max(1);
        (u32::try_from(width).ok(), Some(HIGHEST))
    }
}

/// `3.2 MB`, `14 KB`, `120 B`.
#[must_use]
pub fn size_words(bytes: i64) -> String {
    if bytes >= KB * KB {
        let tenths = bytes * 10 / (KB * KB);
        format!("{}.{} MB", tenths / 10, tenths % 10)
    } else if bytes >= KB {
        format!("{} KB", bytes / KB)
    } else {
        format!("{bytes} B")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::FileId;

    #[test]
    fn a_size_is_written_shortly() {
        let sizes = [(120, "120 B"), (14 * KB, "14 KB"), (KB * KB * 32 / 10, "3.1 MB"), (25 * KB * KB, "25.0 MB")];
        for (bytes, words) in sizes {
            assert_eq!(size_words(bytes), words);
        }
    }

    #[test]
    fn an_image_keeps_its_shape_within_the_log() {
        let image = |width, height| FileInfo {
            id: FileId(1),
            name: String::new(),
            content_type: String::new(),
            size: 1,
            width: Some(width),
            height: Some(height),
        };
        assert_eq!(shown_size(Some(&image(100, 50))), (Some(100), Some(50)));
        assert_eq!(shown_size(Some(&image(3600, 1800))), (Some(360), Some(180)));
        assert_eq!(shown_size(Some(&image(1000, 4000))), (Some(70), Some(280)));
        assert_eq!(shown_size(Some(&image(0, 5))), (None, None));
        assert_eq!(shown_size(None), (None, None));
    }
}
