//! Pictures for looking at: thumbnails, whole pictures and portraits of one archive, for as many askers as there are.
//!
//! A few threads of its own do the work, the newest request first: who scrolls wants what is on the screen now, not what
//! was there before. It keeps what it makes in the archive's cache and changes nothing else.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use sidekeep_archive::{Archive, Original, Thumb, Thumbs};
use sidekeep_model::{Digest, Facts, ItemId, Kind, Media};
use sidekeep_pictures::{JpegOptions, MOST_PIXELS, PictureError, thumbnail, to_jpeg};
use tokio::sync::oneshot;

use crate::EngineError;

/// Decoders at work at once; each may need some hundred megabytes for a very large picture.
const MOST_DECODERS: usize = 4;

/// A picture as the window can show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The original itself.
    File {
        /// Absolute, or relative to where the archive's root is.
        path: PathBuf,
        /// Its type.
        media: Media,
    },
    /// Bytes made or unpacked for it.
    Bytes {
        /// The whole file.
        bytes: Vec<u8>,
        /// Its type.
        media: Media,
    },
}

/// Which picture: an item, and which of its states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictured {
    /// The photo, film or contact.
    pub id: ItemId,
    /// The first lower-case hex digits of the state's digest. None, or digits of no state of it: the one that counts.
    pub tag: Option<String>,
}

impl From<ItemId> for Pictured {
    fn from(id: ItemId) -> Self {
        Self { id, tag: None }
    }
}

/// The pictures of one archive.
#[derive(Debug)]
pub struct Pictures {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// A request, answered over its own channel.
type Task = Box<dyn FnOnce(&mut Desk) + Send>;

#[derive(Debug)]
struct Shared {
    root: PathBuf,
    thumbs: Thumbs,
    /// What takes milliseconds: looking in the cache, reading a contact. It never waits for a decoder.
    quick: Pile,
    /// What takes longer: decoding.
    slow: Pile,
}

/// Requests, newest on top.
#[derive(Default)]
struct Pile {
    tasks: Mutex<Tasks>,
    more: Condvar,
}

#[derive(Default)]
struct Tasks {
    waiting: Vec<Task>,
    closed: bool,
}

/// What a thread works with.
struct Desk {
    shared: Arc<Shared>,
    archive: Option<Archive>,
}

impl Pictures {
    /// The pictures of the archive at `root`. Starts the threads; they end with it.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        let shared = Arc::new(Shared {
            thumbs: Thumbs::open(&root),
            root,
            quick: Pile::default(),
            slow: Pile::default(),
        });
        let decoders = std::thread::available_parallelism().map_or(1, usize::from);
        let piles = std::iter::once(Shared::quick as fn(&Shared) -> &Pile).chain(std::iter::repeat_n(
            Shared::slow as fn(&Shared) -> &Pile,
            decoders.min(MOST_DECODERS),
        ));
        let threads = piles.filter_map(|pile| {
            let shared = Arc::clone(&shared);
            let name = "pictures".to_owned();
            std::thread::Builder::new()
                .name(name)
                .spawn(move || work(shared, pile))
                .ok()
        });
        Self {
            threads: threads.collect(),
            shared,
        }
    }

    /// A JPEG of a photo, its longer side at most `edge` pixels; upright.
    ///
    /// # Errors
    /// `Archive` when there is no such item or its file is damaged; `Picture` when none can be made: a film, a format or
    /// size that is not decoded, a broken file. A broken file is remembered and not tried again.
    pub async fn thumb(&self, which: impl Into<Pictured>, edge: u32) -> Result<Vec<u8>, EngineError> {
        let which = which.into();
        let (answer, answered) = oneshot::channel();
        self.shared.quick.push(Box::new(move |desk: &mut Desk| {
            // Who asked has scrolled on.
            if answer.is_closed() {
                return;
            }
            match desk.looked_up(&which, edge) {
                Ok(Found::Kept(bytes)) => drop(answer.send(Ok(bytes))),
                Ok(Found::ToMake(original, digest)) => {
                    let make = move |desk: &mut Desk| {
                        if !answer.is_closed() {
                            let made = caught(|| desk.made(&original, digest, edge));
                            drop(answer.send(made));
                        }
                    };
                    desk.shared.slow.push(Box::new(make));
                }
                Err(error) => drop(answer.send(Err(error))),
            }
        }));
        answered.await.unwrap_or_else(|_| Err(failed()))
    }

    /// A photo or film to be shown whole: the original, or a JPEG made of what windows cannot show ([`is_native`]).
    ///
    /// # Errors
    /// As [`Pictures::thumb`]; of a picture with more than 64 million pixels, a JPEG too.
    pub async fn original(&self, which: impl Into<Pictured>) -> Result<Shown, EngineError> {
        let which = which.into();
        self.ask(&self.shared.slow, move |desk| desk.original(&which))
            .await
    }

    /// A contact's picture, as the contact holds it.
    ///
    /// # Errors
    /// `Archive` when there is no such item or its bytes are damaged; `Picture` when it has no picture of its own, or one
    /// that windows cannot show.
    pub async fn portrait(&self, which: impl Into<Pictured>) -> Result<Shown, EngineError> {
        let which = which.into();
        self.ask(&self.shared.quick, move |desk| desk.portrait(&which))
            .await
    }

    async fn ask<T: Send + 'static>(
        &self,
        pile: &Pile,
        run: impl FnOnce(&mut Desk) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let (answer, answered) = oneshot::channel();
        pile.push(Box::new(move |desk: &mut Desk| {
            if !answer.is_closed() {
                let ran = caught(|| run(desk));
                drop(answer.send(ran));
            }
        }));
        answered.await.unwrap_or_else(|_| Err(failed()))
    }
}

impl Drop for Pictures {
    fn drop(&mut self) {
        self.shared.quick.close();
        self.shared.slow.close();
        for thread in self.threads.drain(..) {
            // It catches its tasks' panics, so there is nothing left to be told.
            let _: Result<(), Box<dyn Any + Send>> = thread.join();
        }
    }
}

/// The windows of all systems show such a file as it is.
pub fn is_native(media: &Media) -> bool {
    const NATIVE: [&str; 6] = [
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "image/bmp",
        "image/avif",
    ];
    NATIVE.contains(&media.as_str()) || media.as_str().starts_with("video/")
}

/// Why a still picture is not shown whole: it has more pixels than are decoded.
pub(crate) fn too_large(facts: &Facts) -> Option<PictureError> {
    let (width, height) = (facts.width?.into(), facts.height?.into());
    let still = !facts.media.as_str().starts_with("video/");
    (still && width * height > MOST_PIXELS).then_some(PictureError::TooLarge {
        width,
        height,
        limit: MOST_PIXELS,
    })
}

impl Shared {
    fn quick(&self) -> &Pile {
        &self.quick
    }

    fn slow(&self) -> &Pile {
        &self.slow
    }
}

impl Pile {
    fn tasks(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, task: Task) {
        let mut tasks = self.tasks();
        // What is not kept is dropped, and with it the channel of who asked, who is told so.
        if !tasks.closed {
            tasks.waiting.push(task);
        }
        drop(tasks);
        self.more.notify_one();
    }

    /// The newest task, as soon as there is one; None when there will be none any more.
    fn next(&self) -> Option<Task> {
        let mut tasks = self.tasks();
        while tasks.waiting.is_empty() && !tasks.closed {
            tasks = self.more.wait(tasks).unwrap_or_else(PoisonError::into_inner);
        }
        tasks.waiting.pop()
    }

    fn close(&self) {
        let mut tasks = self.tasks();
        tasks.closed = true;
        tasks.waiting.clear();
        drop(tasks);
        self.more.notify_all();
    }
}

impl std::fmt::Debug for Pile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pile")
            .field("waiting", &self.tasks().waiting.len())
            .finish()
    }
}

fn work(shared: Arc<Shared>, pile: fn(&Shared) -> &Pile) {
    let mut desk = Desk {
        shared: Arc::clone(&shared),
        archive: None,
    };
    while let Some(task) = pile(&shared).next() {
        let ran = catch_unwind(AssertUnwindSafe(|| task(&mut desk)));
        if ran.is_err() {
            desk.archive = None;
        }
    }
}

/// A result, also of what panics.
fn caught<T>(run: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(failed()))
}

fn failed() -> EngineError {
    PictureError::Broken(None).into()
}

/// What the cache says.
enum Found {
    Kept(Vec<u8>),
    ToMake(Box<Original>, Digest),
}

impl Desk {
    /// Reads the archive. After a failure it is opened anew the next time: it may have been moved, or its index rebuilt.
    fn read<T>(&mut self, run: impl FnOnce(&Archive) -> Result<T, EngineError>) -> Result<T, EngineError> {
        let archive = match self.archive.take() {
            Some(archive) => archive,
            None => Archive::open(&self.shared.root)?,
        };
        let read = run(&archive)?;
        self.archive = Some(archive);
        Ok(read)
    }

    fn looked_up(&mut self, which: &Pictured, edge: u32) -> Result<Found, EngineError> {
        let (kind, state, original) =
            self.read(|archive| Ok(archive.shown(which.id, which.tag.as_deref())?))?;
        let Some(original) = original.filter(|_| kind == Kind::Photo) else {
            return Err(PictureError::Unsupported(state.media).into());
        };
        match self.shared.thumbs.get(&state.digest, edge) {
            Some(Thumb::Picture(bytes)) => Ok(Found::Kept(bytes)),
            Some(Thumb::Bad) => Err(failed()),
            None => Ok(Found::ToMake(Box::new(original), state.digest)),
        }
    }

    fn made(&mut self, original: &Original, digest: Digest, edge: u32) -> Result<Vec<u8>, EngineError> {
        let path = self.path(original, digest)?;
        let mut file = std::fs::File::open(path).map_err(PictureError::Io)?;
        let made = thumbnail(&mut file, &original.facts, edge);
        match &made {
            Ok(bytes) => self
                .shared
                .thumbs
                .put(&digest, edge, &Thumb::Picture(bytes.clone())),
            // The other kinds are told from the facts or the disk, without decoding.
            Err(PictureError::Broken(_) | PictureError::Encoder(_)) => {
                self.shared.thumbs.put(&digest, edge, &Thumb::Bad);
            }
            Err(_) => {}
        }
        Ok(made?)
    }

    fn path(&mut self, original: &Original, digest: Digest) -> Result<PathBuf, EngineError> {
        let state = sidekeep_archive::StateRef {
            digest,
            media: original.facts.media.clone(),
        };
        self.read(|archive| Ok(archive.original(&state)?))
    }

    fn original(&mut self, which: &Pictured) -> Result<Shown, EngineError> {
        let (_, state, original) = self.read(|archive| Ok(archive.shown(which.id, which.tag.as_deref())?))?;
        let Some(original) = original else {
            return Err(PictureError::Unsupported(state.media).into());
        };
        let path = self.path(&original, state.digest)?;
        // A window would decode all of it, and take some gigabytes for that.
        if let Some(error) = too_large(&original.facts) {
            return Err(error.into());
        }
        let media = original.facts.media;
        if is_native(&media) {
            return Ok(Shown::File { path, media });
        }
        let mut file = std::fs::File::open(path).map_err(PictureError::Io)?;
        Ok(Shown::Bytes {
            bytes: to_jpeg(&mut file, &JpegOptions::default(), None)?.bytes,
            media: Media::from("image/jpeg"),
        })
    }

    fn portrait(&mut self, which: &Pictured) -> Result<Shown, EngineError> {
        let (kind, media, raw) = self.read(|archive| {
            let (kind, state, _) = archive.shown(which.id, which.tag.as_deref())?;
            let raw = match kind {
                Kind::Contact | Kind::Group => archive.pictured(&state)?,
                _ => Vec::new(),
            };
            Ok((kind, state.media, raw))
        })?;
        let portrait = match kind {
            Kind::Contact | Kind::Group => sidekeep_formats::portrait(&media, &raw).ok().flatten(),
            _ => None,
        };
        match portrait {
            Some((media, bytes)) if is_native(&media) => Ok(Shown::Bytes { bytes, media }),
            _ => Err(PictureError::Unsupported(media).into()),
        }
    }
}
