//! A device in memory that answers as it is told to: well, badly, late, or not at all. Behind [`Exchange`], so that
//! everything above the wire runs as it does with a phone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::{Notify, mpsc};

use super::Attached;
use super::code::{ALL, ASSOCIATION, operation, property, response};
use super::device::tests::dataset;
use super::object::tests::{info, text};
use super::phone::MtpPhone;
use super::session::{Answer, Broken, Exchange, Opener, Question};
use super::state::State;
use crate::{ErrorKind, LinkError};

/// What a device does to the answer of one question.
#[derive(Clone, Debug)]
pub(super) enum Spoil {
    /// Bytes of no meaning, and success.
    Garbage(Vec<u8>),
    /// Only so many bytes of it, and success.
    Cut(usize),
    /// Another response code, and no data.
    Code(u16),
    /// It comes this late.
    Late(Duration),
    /// The session is lost.
    Wedge,
}

/// An object of the device.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    pub(super) storage: u32,
    pub(super) parent: u32,
    /// As it is sent.
    pub(super) name: Vec<u8>,
    pub(super) folder: bool,
    pub(super) bytes: Bytes,
    /// The size that the device tells.
    pub(super) said: u64,
    pub(super) date: String,
    pub(super) uid: u64,
}

/// The device.
#[derive(Debug)]
pub(super) struct Device {
    pub(super) vendor: u16,
    pub(super) extension: String,
    pub(super) operations: Vec<u16>,
    pub(super) storages: Vec<(u32, bool, String)>,
    pub(super) things: BTreeMap<u32, Thing>,
    /// The next handle.
    pub(super) next: u32,
    /// By the number of the question, from 1.
    pub(super) spoilt: BTreeMap<u64, Spoil>,
    /// Bytes after which it is unplugged.
    pub(super) left: Option<u64>,
    pub(super) locked: bool,
    /// Refuses to list its root, and everything instead of it.
    pub(super) samsung: bool,
    /// What is told to lie in a folder besides what does: the folder and the handle.
    pub(super) also: Vec<(u32, u32)>,
    /// Folders of [`Cable::put_photo`].
    pub(super) albums: Vec<u32>,
    /// Questions that came, and those that were seen to their end.
    pub(super) asked: u64,
    pub(super) ended: u64,
    /// Which of them.
    pub(super) operations_asked: Vec<u16>,
    /// Sessions opened.
    pub(super) opened: u64,
    pub(super) closed: u64,
}

/// The way to it, as a cable is.
#[derive(Clone, Debug)]
pub(super) struct Cable {
    device: Arc<Mutex<Device>>,
    events: Arc<(Mutex<Vec<u16>>, Notify)>,
}

pub(super) const STORAGE: u32 = 0x0001_0001;
pub(super) const DAY: &str = "20240503T140322";

impl Cable {
    /// An Android phone with one empty storage.
    pub(super) fn android() -> Self {
        Self::of(
            0x18D1,
            "microsoft.com: 1.0; android.com: 1.0;",
            &[
                operation::GET_OBJECT,
                operation::GET_PARTIAL_OBJECT,
                operation::GET_OBJECT_PROP_VALUE,
                operation::GET_OBJECT_PROP_LIST,
                operation::GET_PARTIAL_OBJECT_64,
            ],
        )
    }

    pub(super) fn of(vendor: u16, extension: &str, operations: &[u16]) -> Self {
        let device = Device {
            vendor,
            extension: extension.to_owned(),
            operations: operations.to_vec(),
            storages: vec![(STORAGE, true, "Internal".to_owned())],
            things: BTreeMap::new(),
            next: 1,
            spoilt: BTreeMap::new(),
            left: None,
            locked: false,
            samsung: false,
            also: Vec::new(),
            albums: Vec::new(),
            asked: 0,
            ended: 0,
            operations_asked: Vec::new(),
            opened: 0,
            closed: 0,
        };
        Self {
            device: Arc::new(Mutex::new(device)),
            events: Arc::default(),
        }
    }

    pub(super) fn device(&self) -> MutexGuard<'_, Device> {
        self.device.lock().unwrap()
    }

    pub(super) fn event(&self, code: u16) {
        self.events.0.lock().unwrap().push(code);
        self.events.1.notify_one();
    }

    pub(super) async fn phone(&self) -> Result<MtpPhone, LinkError> {
        let attached = Attached {
            serial: "S1".to_owned(),
            name: "Phone".to_owned(),
            vendor: self.device().vendor,
            state: State::Locked,
        };
        MtpPhone::over(self.clone(), &attached).await
    }

    /// Puts an empty photo into one of many albums, which is quicker than by its path.
    pub(super) fn put_photo(&self, album: usize, number: usize) {
        let mut device = self.device();
        while device.albums.len() <= album {
            let camera = device.child(STORAGE, 0, "DCIM");
            let name = format!("{:03}", device.albums.len());
            let handle = device.child(STORAGE, camera, &name);
            device.albums.push(handle);
        }
        let parent = device.albums[album];
        device.put(Thing {
            storage: STORAGE,
            parent,
            name: text(&format!("IMG_{number:05}.jpg")),
            folder: false,
            bytes: Bytes::new(),
            said: 0,
            date: DAY.to_owned(),
            uid: 0,
        });
    }

    /// Puts a file at a path below the storage, and its folders.
    pub(super) fn file(&self, storage: u32, path: &str, bytes: &[u8]) -> u32 {
        let mut device = self.device();
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut parent = 0;
        for part in folders.split('/').filter(|part| !part.is_empty()) {
            parent = device.child(storage, parent, part);
        }
        device.put(Thing {
            storage,
            parent,
            name: text(name),
            folder: false,
            bytes: Bytes::copy_from_slice(bytes),
            said: bytes.len() as u64,
            date: DAY.to_owned(),
            uid: 0,
        })
    }
}

impl Device {
    pub(super) fn put(&mut self, thing: Thing) -> u32 {
        let handle = self.next;
        self.next += 1;
        self.things.insert(handle, thing);
        handle
    }

    fn child(&mut self, storage: u32, parent: u32, name: &str) -> u32 {
        let name = text(name);
        let known = self.things.iter().find(|(_, thing)| {
            (thing.storage, thing.parent, &thing.name) == (storage, parent, &name) && thing.folder
        });
        if let Some((handle, _)) = known {
            return *handle;
        }
        self.put(Thing {
            storage,
            parent,
            name,
            folder: true,
            bytes: Bytes::new(),
            said: 0,
            date: DAY.to_owned(),
            uid: 0,
        })
    }

    /// Gives every object another number, as a phone does after it looked through its storage anew.
    pub(super) fn renumber(&mut self) {
        let by = self.next + 1000;
        let moved = std::mem::take(&mut self.things)
            .into_iter()
            .map(|(handle, mut thing)| {
                if thing.parent != 0 {
                    thing.parent += by;
                }
                (handle + by, thing)
            });
        self.things = moved.collect();
        self.next += by;
    }

    fn answer(&self, question: &Question) -> Result<Vec<u8>, u16> {
        let parameter = |at: usize| question.parameters.get(at).copied().unwrap_or(0);
        let words = |words: Vec<u32>| {
            let mut bytes = (words.len() as u32).to_le_bytes().to_vec();
            bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
            bytes
        };
        let handle = parameter(0);
        let thing = || self.things.get(&handle).ok_or(response::INVALID_OBJECT_HANDLE);
        let offered = |operation: &u16| *operation < 0x1009 || self.operations.contains(operation);
        if !offered(&question.operation) {
            return Err(response::OPERATION_NOT_SUPPORTED);
        }
        match question.operation {
            operation::GET_DEVICE_INFO => Ok(dataset(&self.extension, &self.operations, "Model", "F00")),
            operation::GET_STORAGE_IDS if self.locked => Ok(words(vec![])),
            operation::GET_STORAGE_IDS => Ok(words(self.storages.iter().map(|one| one.0).collect())),
            operation::GET_STORAGE_INFO => {
                let known = self.storages.iter().find(|one| one.0 == handle);
                let (_, fixed, description) = known.ok_or(response::INVALID_STORAGE_ID)?;
                let mut bytes = vec![if *fixed { 3 } else { 4 }, 0];
                bytes.extend([0; 24]);
                bytes.extend(text(description));
                bytes.extend(text(""));
                Ok(bytes)
            }
            operation::GET_OBJECT_HANDLES => {
                let all = parameter(2) == 0;
                let root = parameter(2) == ALL;
                if root && self.samsung {
                    return Err(response::INVALID_OBJECT_HANDLE);
                }
                let parent = if root { 0 } else { parameter(2) };
                let inside = self
                    .things
                    .iter()
                    .filter(|(_, thing)| thing.storage == handle && (all || thing.parent == parent));
                let also = self.also.iter().filter(|(folder, _)| *folder == parameter(2));
                let also = also.map(|(_, handle)| *handle);
                Ok(words(inside.map(|(handle, _)| *handle).chain(also).collect()))
            }
            operation::GET_OBJECT_INFO => {
                let thing = thing()?;
                let size = u32::try_from(thing.said).unwrap_or(ALL);
                Ok({
                    let mut bytes = info(thing.format(), size, thing.parent, &thing.name, &thing.date);
                    bytes[..4].copy_from_slice(&thing.storage.to_le_bytes());
                    bytes
                })
            }
            operation::GET_OBJECT => Ok(thing()?.bytes.to_vec()),
            operation::GET_PARTIAL_OBJECT | operation::GET_PARTIAL_OBJECT_64 => {
                let far = question.operation == operation::GET_PARTIAL_OBJECT_64;
                let high = if far { u64::from(parameter(2)) << 32 } else { 0 };
                let most = parameter(if far { 3 } else { 2 }) as usize;
                let bytes = &thing()?.bytes;
                let from = usize::try_from(u64::from(parameter(1)) | high).unwrap();
                let from = from.min(bytes.len());
                Ok(bytes[from..bytes.len().min(from + most)].to_vec())
            }
            operation::GET_OBJECT_PROP_VALUE => thing()?.value(parameter(1) as u16).map(|(_, value)| value),
            operation::GET_OBJECT_PROP_LIST => {
                let of = parameter(2) as u16;
                let inside = self.things.iter();
                let inside = inside.filter(|(own, thing)| **own == handle || thing.parent == handle);
                let elements: Vec<Vec<u8>> = inside
                    .filter_map(|(own, thing)| {
                        let (kind, value) = thing.value(of).ok()?;
                        let mut bytes = own.to_le_bytes().to_vec();
                        bytes.extend(of.to_le_bytes());
                        bytes.extend(kind.to_le_bytes());
                        bytes.extend(value);
                        Some(bytes)
                    })
                    .collect();
                let mut bytes = (elements.len() as u32).to_le_bytes().to_vec();
                bytes.extend(elements.concat());
                Ok(bytes)
            }
            _ => Err(response::OPERATION_NOT_SUPPORTED),
        }
    }
}

fn is_data(of: u16) -> bool {
    use operation::{GET_OBJECT, GET_PARTIAL_OBJECT, GET_PARTIAL_OBJECT_64};
    matches!(of, GET_OBJECT | GET_PARTIAL_OBJECT | GET_PARTIAL_OBJECT_64)
}

impl Thing {
    fn format(&self) -> u16 {
        if self.folder { ASSOCIATION } else { 0x3801 }
    }

    /// The type of a property and its value.
    fn value(&self, of: u16) -> Result<(u16, Vec<u8>), u16> {
        Ok(match of {
            property::FORMAT => (4, self.format().to_le_bytes().to_vec()),
            property::SIZE => (8, self.said.to_le_bytes().to_vec()),
            property::FILE_NAME => (0xFFFF, self.name.clone()),
            property::DATE_MODIFIED => (0xFFFF, text(&self.date)),
            property::PERSISTENT_UID => (10, u128::from(self.uid).to_le_bytes().to_vec()),
            _ => return Err(response::PROPERTY_NOT_SUPPORTED),
        })
    }
}

#[async_trait]
impl Opener for Cable {
    async fn open(&mut self) -> Result<Box<dyn Exchange>, LinkError> {
        let mut device = self.device();
        if device.left == Some(0) {
            return Err(LinkError::new(ErrorKind::Unplugged, "there is no such device"));
        }
        device.opened += 1;
        Ok(Box::new(self.clone()))
    }
}

#[async_trait]
impl Exchange for Cable {
    async fn ask(&self, question: &Question) -> Result<Answer, Broken> {
        let (spoil, answer) = {
            let mut device = self.device();
            device.asked += 1;
            device.operations_asked.push(question.operation);
            let number = device.asked;
            (device.spoilt.get(&number).cloned(), device.answer(question))
        };
        let mut answer = match answer {
            Ok(data) => Answer {
                code: response::OK,
                data: data.into(),
            },
            Err(code) => Answer {
                code,
                data: Bytes::new(),
            },
        };
        match spoil {
            None => tokio::task::yield_now().await,
            // MTP has no checksum: bytes of a file that come wrong cannot be told from right ones.
            Some(Spoil::Garbage(_)) if is_data(question.operation) => {}
            Some(Spoil::Garbage(bytes)) => answer.data = bytes.into(),
            Some(Spoil::Cut(left)) => answer.data.truncate(left),
            Some(Spoil::Code(code)) => {
                answer = Answer {
                    code,
                    data: Bytes::new(),
                }
            }
            Some(Spoil::Late(time)) => tokio::time::sleep(time).await,
            Some(Spoil::Wedge) => return Err(Broken::Wedged("on purpose".to_owned())),
        }
        let mut device = self.device();
        device.ended += 1;
        if let Some(left) = &mut device.left {
            let wire = answer.data.len() as u64 + 12;
            *left = left.saturating_sub(wire);
            if *left == 0 {
                return Err(Broken::Gone);
            }
        }
        Ok(answer)
    }

    async fn stream(&self, question: &Question, out: &mpsc::Sender<Bytes>) -> Result<u16, Broken> {
        let answer = self.ask(question).await?;
        for chunk in answer.data.chunks(50_000) {
            // Nobody may want it any more; a device sends it all the same.
            let _ = out.send(Bytes::copy_from_slice(chunk)).await;
        }
        Ok(answer.code)
    }

    async fn event(&self) -> u16 {
        loop {
            if let Some(code) = self.events.0.lock().unwrap().pop() {
                return code;
            }
            self.events.1.notified().await;
        }
    }

    async fn close(self: Box<Self>) {
        self.device().closed += 1;
    }
}
