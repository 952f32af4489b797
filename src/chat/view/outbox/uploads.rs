//! Files on their way up, for the whole document: they begin when they are chosen, are tried again after a cut, and
//! are there again for whoever comes back to the place where they were chosen. The message that one was sent with
//! waits for it in the outbox.

use super::Outbox;
use super::outgoing::{Outgoing, SendState};
use super::patience::{Verdict, judge};
use super::upload::{Place, Upload, UploadState, Uploaded, next_to_begin, refusal, uploaded};
use crate::chat::view::files::{self, Chosen, Progress};
use crate::error::AppError;
use crate::realtime::live::LinkState;
use crate::ui::{browser, session_ended};
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use std::time::Duration;

/// An upload of which so long nothing was heard has died without a word.
const STILL_FOR: Duration = Duration::from_secs(60);

impl Outbox {
    /// Takes files for what is written at a place; says whether there were any.
    pub fn choose(self, place: Place, chosen: Vec<Chosen>) -> bool {
        let any = !chosen.is_empty();
        for file in chosen {
            let (name, size) = files::described(&file);
            let upload = Upload::new(self.number_upload(), place, name, size);
            if upload.is_good() {
                files::hold(upload.number, file);
            }
            self.uploads.update(|uploads| uploads.push(upload));
        }
        self.lift();
        any
    }

    /// What was chosen at a place and not sent yet; tracked.
    pub fn chosen_at(self, place: Place) -> Vec<Upload> {
        let is_here = |upload: &&Upload| upload.place == place && !upload.is_sent;
        self.uploads.with(|uploads| uploads.iter().filter(is_here).cloned().collect())
    }

    /// Whether something of that can be sent; tracked.
    pub fn has_files(self, place: Place) -> bool {
        let counts = |upload: &Upload| upload.place == place && !upload.is_sent && upload.is_good();
        self.uploads.with(|uploads| uploads.iter().any(counts))
    }

    /// Takes what was chosen at a place, to be sent. What cannot be sent stays.
    pub fn take_files(self, place: Place) -> Vec<Upload> {
        let taken = self.uploads.try_update(|uploads| {
            let mine = uploads.iter_mut().filter(|upload| upload.place == place && !upload.is_sent && upload.is_good());
            mine.map(|upload| {
                upload.is_sent = true;
                upload.clone()
            })
            .collect::<Vec<Upload>>()
        });
        taken.unwrap_or_default()
    }

    /// How far an upload is, in percent; tracked. Nothing while it does not go up.
    pub fn percent(self, number: u32) -> Option<u32> {
        self.uploads.with(|uploads| {
            let upload = uploads.iter().find(|upload| upload.number == number)?;
            if let UploadState::Going(percent) = upload.state { Some(percent) } else { None }
        })
    }

    /// Tries an upload again that has failed.
    pub fn upload_again(self, number: u32) {
        self.change_upload(number, Upload::begin_anew);
        self.lift();
    }

    /// Tries the upload of a message's file again, under the key that the message has for it.
    pub(super) fn upload_under(self, number: u32, key: String) {
        self.change_upload(number, |upload| upload.key = key);
        self.upload_again(number);
    }

    /// Lets a file go: nobody wants it any more, or its message has it.
    pub fn let_go(self, number: u32) {
        let _ = self.uploads.try_update(|uploads| uploads.retain(|upload| upload.number != number));
        files::forget(number);
        self.lift();
    }

    /// Gives the file of a message that is not sent after all back to the place where it was chosen.
    pub(super) fn give_back(self, number: u32) {
        self.change_upload(number, |upload| upload.is_sent = false);
    }

    /// Takes in the file of a message that an earlier page has left, as far as that had come.
    pub(super) fn recover(self, entry: &mut Outgoing, kept: Option<Chosen>) {
        let place = (entry.room, entry.new.thread_root);
        let Some(file) = &mut entry.file else { return };
        file.upload = self.number_upload();
        let mut upload = Upload::new(file.upload, place, file.name.clone(), file.size);
        upload.key.clone_from(&file.key);
        upload.is_sent = true;
        upload.state = Uploaded::of(&entry.new).map_or(UploadState::Waiting, UploadState::Done);
        if let Some(kept) = kept {
            files::hold(file.upload, kept);
        }
        self.uploads.update(|uploads| uploads.push(upload));
    }

    /// The connection is there: whatever was cut goes on.
    pub(super) fn lift_all(self) {
        let rests = |upload: &Upload| upload.is_cut && upload.state == UploadState::Resting;
        if self.uploads.with_untracked(|uploads| uploads.iter().any(rests)) {
            self.uploads
                .update(|uploads| uploads.iter_mut().filter(|upload| rests(upload)).for_each(Upload::begin_anew));
        }
        self.lift();
    }

    /// Begins as many as may be under way.
    pub(super) fn lift(self) {
        let Some(viewer) = self.viewer else { return };
        while let Some(upload) = self.take_next() {
            let name = browser::encode_query(&upload.name);
            let url = format!("/api/v1/chat/rooms/{}/files?name={name}", upload.place.0);
            let number = upload.number;
            self.watch(number, upload.beats);
            files::upload(number, &url, &upload.key, viewer.user_id, move |progress| self.heard(number, progress));
        }
    }

    fn take_next(self) -> Option<Upload> {
        let is_connected = self.is_connected();
        let at = self.uploads.try_with_untracked(|uploads| next_to_begin(uploads, is_connected)).flatten()?;
        let begun = self.uploads.try_update(|uploads| {
            let upload = uploads.get_mut(at)?;
            upload.state = UploadState::Going(0);
            upload.beats = upload.beats.wrapping_add(1);
            Some(upload.clone())
        });
        begun.flatten()
    }

    /// Ends an upload of which nothing is heard any more: it hears that, like any other cut.
    fn watch(self, number: u32, seen: u32) {
        let look = move || match self.upload(number) {
            Some(Upload { state: UploadState::Going(_), beats, .. }) if beats == seen => files::stop(number),
            Some(Upload { state: UploadState::Going(_), beats, .. }) => self.watch(number, beats),
            _ => {}
        };
        set_timeout(look, STILL_FOR);
    }

    fn heard(self, number: u32, progress: Progress) {
        match progress {
            Progress::Percent(percent) => {
                return self.change_upload(number, |upload| upload.goes_on(percent));
            }
            Progress::Done(answer) => match uploaded(&answer) {
                Some(uploaded) => self.is_there(number, uploaded),
                None => self.was_cut(number, AppError::Unreachable),
            },
            Progress::Refused(status, answer) => self.was_cut(number, refusal(status, &answer)),
            Progress::Gone => self.has_failed_to_go(number, AppError::NotFound),
        }
        self.lift();
    }

    fn is_there(self, number: u32, uploaded: Uploaded) {
        self.change_upload(number, |upload| upload.state = UploadState::Done(uploaded.clone()));
        self.change_message(number, |entry| {
            entry.new = uploaded.into_message(std::mem::take(&mut entry.new));
        });
    }

    fn was_cut(self, number: u32, error: AppError) {
        let Some(Upload { failures, is_sent, .. }) = self.upload(number) else { return };
        let failures = failures + 1;
        match judge(&error, failures, self.is_connected()) {
            Verdict::Wait if error == AppError::Unreachable => self.change_upload(number, |upload| {
                (upload.state, upload.is_cut) = (UploadState::Waiting, true);
            }),
            Verdict::Again(ms) => {
                self.change_upload(number, |upload| {
                    (upload.state, upload.is_cut, upload.failures) = (UploadState::Resting, true, failures);
                });
                let again = move || {
                    self.change_upload(number, |upload| {
                        if upload.state == UploadState::Resting {
                            upload.state = UploadState::Waiting;
                        }
                    });
                    self.lift();
                };
                set_timeout(again, Duration::from_millis(ms));
            }
            _ => {
                // What is not sent yet would be lost on the way to the login page.
                if is_sent {
                    session_ended(&error);
                }
                self.has_failed_to_go(number, error);
            }
        }
    }

    fn has_failed_to_go(self, number: u32, error: AppError) {
        self.change_upload(number, |upload| upload.state = UploadState::Failed(error.clone()));
        self.change_message(number, |entry| entry.state = SendState::Failed(error));
    }

    /// Changes the message that carries an upload, and goes on with it or without it.
    fn change_message(self, number: u32, change: impl FnOnce(&mut Outgoing)) {
        let entry = self.entries.try_update(|entries| {
            let entry = entries.iter_mut().find(|entry| entry.carries(number))?;
            change(entry);
            Some(entry.clone())
        });
        if let Some(entry) = entry.flatten() {
            self.keep(entry, None);
        }
    }

    fn change_upload(self, number: u32, change: impl FnOnce(&mut Upload)) {
        let _ = self.uploads.try_update(|uploads| {
            if let Some(upload) = uploads.iter_mut().find(|upload| upload.number == number) {
                change(upload);
            }
        });
    }

    fn upload(self, number: u32) -> Option<Upload> {
        let found = |uploads: &Vec<Upload>| uploads.iter().find(|upload| upload.number == number).cloned();
        self.uploads.try_with_untracked(found).flatten()
    }

    fn number_upload(self) -> u32 {
        let number = self.last_upload.get_value().wrapping_add(1);
        self.last_upload.set_value(number);
        number
    }

    pub(super) fn is_connected(self) -> bool {
        self.connection.state.try_get_untracked() == Some(LinkState::Connected)
    }
}
