//! Where a person is signed in, and signing out from afar.

use super::store;
use super::{Caller, log_out};
use crate::accounts::model::Device;
use crate::error::AppError;
use crate::ids::SessionId;
use crate::server::state::App;

/// The devices on which the caller is signed in, the one that asks first, then the last used first.
///
/// # Errors
/// When the database fails.
pub async fn list_devices(app: &App, caller: &Caller) -> Result<Vec<Device>, AppError> {
    let mut read = app.read().await?;
    let mut devices = store::list_devices(&mut read, caller.user.id, app.now()).await?;
    read.end();
    for device in &mut devices {
        device.current = device.id == caller.session;
    }
    devices.sort_by_key(|device| !device.current);
    Ok(devices)
}

/// Signs the caller out on one device; its sockets close within a second.
///
/// # Errors
/// [`AppError::NotFound`] for a session that has ended, or is somebody else's.
pub async fn sign_out_device(app: &App, caller: &Caller, id: SessionId) -> Result<(), AppError> {
    let devices = list_devices(app, caller).await?;
    if devices.iter().all(|device| device.id != id) {
        return Err(AppError::NotFound);
    }
    log_out(app, id).await
}

/// Signs the caller out everywhere but on the device that asks.
///
/// # Errors
/// When the database fails.
pub async fn sign_out_others(app: &App, caller: &Caller) -> Result<(), AppError> {
    for device in list_devices(app, caller).await?.into_iter().filter(|device| !device.current) {
        log_out(app, device.id).await?;
    }
    Ok(())
}

/// What a browser says that it is, in two words: `Chrome · Windows`. Empty when it says nothing known.
pub(super) fn device_of(user_agent: &str) -> String {
    // Nearly all call themselves Chrome and Safari too: the first that fits is what it is.
    const BROWSERS: [(&str, &str); 9] = [
        ("Edg", "Edge"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Whale", "Whale"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let known = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    [known(&BROWSERS), known(&SYSTEMS)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::device_of;

    #[test]
    fn a_device_is_what_its_browser_says() {
        for (user_agent, device) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome · Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox · macOS"),
            ("curl/8.5.0", ""),
            ("", ""),
        ] {
            assert_eq!(device_of(user_agent), device, "{user_agent}");
        }
    }
}
