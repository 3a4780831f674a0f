//! One session with one device, owned by one task.
//!
//! A transaction that is cut in the middle leaves a phone that answers nothing until it is plugged in anew. So nobody
//! but the task ever waits for the device: who asks waits for the task, and may stop waiting at any time; what was
//! begun is finished. One transaction is under way at a time, in the order in which they were asked for.
//!
//! A device that breaks off is left in peace for a while and opened again, with growing patience, and is asked once
//! more: every question here can be repeated. It is never reset: a reset leaves some phones dead until they are plugged
//! in anew.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::{Notify, mpsc, oneshot};

use super::code::{event, response};
use crate::{ErrorKind, LinkError};

/// How long a device that broke off is left alone before each attempt to open it again.
const QUIET: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];
/// Questions that may wait for the task. Who reads ahead is further bounded by what it asks for.
const QUEUE: usize = 8;

/// An open session on a device, and nothing between it and the wire. Every call ends within a bounded time.
#[async_trait]
pub(super) trait Exchange: Send + Sync {
    /// One transaction that brings data, or none: from the operation to the device's response.
    async fn ask(&self, question: &Question) -> Result<Answer, Broken>;

    /// The same with the data passed on as it comes. All of it is taken from the device even when nobody wants it any
    /// more.
    async fn stream(&self, question: &Question, out: &mpsc::Sender<Bytes>) -> Result<u16, Broken>;

    /// Waits for the device's next event. Giving up waiting does no harm.
    async fn event(&self) -> u16;

    /// Ends the session, as far as the device lets it.
    async fn close(self: Box<Self>);
}

/// Opens the device: the first time, and again after it broke off.
#[async_trait]
pub(super) trait Opener: Send + 'static {
    /// A new session.
    async fn open(&mut self) -> Result<Box<dyn Exchange>, LinkError>;
}

/// An operation and up to five parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) operation: u16,
    pub(super) parameters: Vec<u32>,
}

/// A response code, and the data that came before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) code: u16,
    pub(super) data: Bytes,
}

/// The transaction did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The device is no longer there.
    Gone,
    /// It did not answer, or not to what was asked: the session is of no more use.
    Wedged(String),
}

impl Question {
    pub(super) fn new(operation: u16, parameters: &[u32]) -> Self {
        Self {
            operation,
            parameters: parameters.to_vec(),
        }
    }
}

enum Wanted {
    Whole(oneshot::Sender<Result<Answer, LinkError>>),
    Stream(mpsc::Sender<Bytes>, oneshot::Sender<Result<u16, LinkError>>),
}

/// The way to the task that owns the device. The task ends with the last of them.
#[derive(Clone, Debug)]
pub(super) struct Session {
    questions: mpsc::Sender<(Question, Wanted)>,
    storages: Arc<Notify>,
}

/// An answer that is under way. Dropping it cuts nothing.
#[derive(Debug)]
pub(super) struct Pending(oneshot::Receiver<Result<Answer, LinkError>>);

impl Pending {
    /// Waits for the answer.
    ///
    /// # Errors
    /// `Unplugged` when the device has gone, `Busy` when it could not be brought to answer.
    pub(super) async fn answer(self) -> Result<Answer, LinkError> {
        self.0.await.unwrap_or_else(|_| Err(gone()))
    }
}

impl Session {
    /// Opens the device and starts the task.
    ///
    /// # Errors
    /// As the opener.
    pub(super) async fn start(opener: impl Opener) -> Result<Self, LinkError> {
        let (questions, asked) = mpsc::channel(QUEUE);
        let storages = Arc::new(Notify::new());
        let (opened, open) = oneshot::channel();
        let task = Task {
            opener: Box::new(opener),
            exchange: None,
            storages: Arc::clone(&storages),
        };
        // The task opens too: who gives up waiting for a phone must not leave it half open.
        tokio::spawn(task.run(asked, opened));
        open.await.unwrap_or_else(|_| Err(gone()))?;
        Ok(Self { questions, storages })
    }

    /// Asks, and lets the answer be waited for later.
    ///
    /// # Errors
    /// `Unplugged` when the task has ended.
    pub(super) async fn send(&self, question: Question) -> Result<Pending, LinkError> {
        let (answer, pending) = oneshot::channel();
        let sent = self.questions.send((question, Wanted::Whole(answer))).await;
        sent.map_err(|_| gone())?;
        Ok(Pending(pending))
    }

    /// Asks and waits.
    ///
    /// # Errors
    /// As [`Self::send`] and [`Pending::answer`]. That the device refuses is an answer.
    pub(super) async fn ask(&self, operation: u16, parameters: &[u32]) -> Result<Answer, LinkError> {
        self.send(Question::new(operation, parameters))
            .await?
            .answer()
            .await
    }

    /// Asks for data that is passed on as it comes; the code comes after the data.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(super) async fn stream(
        &self,
        question: Question,
        out: mpsc::Sender<Bytes>,
    ) -> Result<oneshot::Receiver<Result<u16, LinkError>>, LinkError> {
        let (code, pending) = oneshot::channel();
        let sent = self.questions.send((question, Wanted::Stream(out, code))).await;
        sent.map_err(|_| gone())?;
        Ok(pending)
    }

    /// Waits until the device says that a storage came or went.
    pub(super) async fn storages_changed(&self) {
        self.storages.notified().await;
    }
}

/// What a refusal means.
pub(super) fn refused(code: u16, what: &str) -> LinkError {
    let kind = match code {
        response::INVALID_OBJECT_HANDLE | response::INVALID_PARENT_OBJECT => ErrorKind::Missing,
        response::ACCESS_DENIED => ErrorKind::Refused,
        response::DEVICE_BUSY => ErrorKind::Busy(None),
        response::STORE_NOT_AVAILABLE | response::INVALID_STORAGE_ID => ErrorKind::Locked,
        response::OPERATION_NOT_SUPPORTED | response::PARAMETER_NOT_SUPPORTED => ErrorKind::Unsupported,
        _ => ErrorKind::Garbled,
    };
    LinkError::new(kind, format!("{what}: the phone answers {code:04x}"))
}

fn gone() -> LinkError {
    LinkError::new(ErrorKind::Unplugged, "the phone was unplugged")
}

struct Task {
    opener: Box<dyn Opener>,
    /// None after the device has gone.
    exchange: Option<Box<dyn Exchange>>,
    storages: Arc<Notify>,
}

impl Task {
    async fn run(
        mut self,
        mut asked: mpsc::Receiver<(Question, Wanted)>,
        opened: oneshot::Sender<Result<(), LinkError>>,
    ) {
        match self.opener.open().await {
            Ok(exchange) => self.exchange = Some(exchange),
            Err(error) => {
                // Nobody waits any more: nobody is told.
                let _ = opened.send(Err(error));
                return;
            }
        }
        let _ = opened.send(Ok(()));
        while let Some((question, wanted)) = self.next(&mut asked).await {
            match wanted {
                Wanted::Whole(answer) => {
                    if !answer.is_closed() {
                        let found = self.answer(&question).await;
                        let _ = answer.send(found);
                    }
                }
                Wanted::Stream(out, code) => {
                    if !code.is_closed() {
                        let found = self.stream(&question, &out).await;
                        drop(out);
                        let _ = code.send(found);
                    }
                }
            }
        }
        if let Some(exchange) = self.exchange {
            exchange.close().await;
        }
    }

    /// The next question; events are taken meanwhile.
    async fn next(&mut self, asked: &mut mpsc::Receiver<(Question, Wanted)>) -> Option<(Question, Wanted)> {
        loop {
            let Some(exchange) = &self.exchange else {
                return asked.recv().await;
            };
            tokio::select! {
                biased;
                question = asked.recv() => return question,
                code = exchange.event() => {
                    if matches!(code, event::STORE_ADDED | event::STORE_REMOVED) {
                        self.storages.notify_one();
                    }
                }
            }
        }
    }

    async fn answer(&mut self, question: &Question) -> Result<Answer, LinkError> {
        let mut quiet = QUIET.iter();
        loop {
            let exchange = self.exchange.as_ref().ok_or_else(gone)?;
            let broken = match exchange.ask(question).await {
                Ok(answer) => match answer.code {
                    response::SESSION_NOT_OPEN | response::INVALID_TRANSACTION_ID => {
                        Broken::Wedged(format!("the session was lost: {:04x}", answer.code))
                    }
                    _ => return Ok(answer),
                },
                Err(broken) => broken,
            };
            self.again(broken, &mut quiet).await?;
        }
    }

    /// What has been passed on cannot be taken back: a stream that breaks off is not begun again, but the session is.
    async fn stream(&mut self, question: &Question, out: &mpsc::Sender<Bytes>) -> Result<u16, LinkError> {
        let exchange = self.exchange.as_ref().ok_or_else(gone)?;
        match exchange.stream(question, out).await {
            Ok(code) => Ok(code),
            Err(broken) => {
                self.again(broken, &mut QUIET.iter()).await?;
                Err(LinkError::new(ErrorKind::Busy(None), "the phone broke off"))
            }
        }
    }

    /// Opens the device again after it broke off.
    async fn again(
        &mut self,
        broken: Broken,
        quiet: &mut std::slice::Iter<'_, Duration>,
    ) -> Result<(), LinkError> {
        let old = self.exchange.take();
        let Broken::Wedged(how) = broken else {
            return Err(gone());
        };
        tracing::debug!("the session with the phone broke off: {how}");
        // Not closed: that would be one more question to a device that answers none.
        drop(old);
        for wait in quiet {
            tokio::time::sleep(*wait).await;
            match self.opener.open().await {
                Ok(exchange) => {
                    self.exchange = Some(exchange);
                    return Ok(());
                }
                Err(error) if *error.kind() == ErrorKind::Unplugged => return Err(error),
                Err(error) => tracing::debug!("the phone cannot be opened again: {error}"),
            }
        }
        let context = format!("the phone does not answer ({how}): unplug it and plug it in again");
        Err(LinkError::new(ErrorKind::Unplugged, context))
    }
}
