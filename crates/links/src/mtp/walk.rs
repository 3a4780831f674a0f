//! One walk through a device's folders.
//!
//! The handles of a folder say what is in it; what each is, is asked for of the whole folder, one property at a time,
//! and of each object by itself where that gave nothing. Looking at each object by itself makes Android open each
//! picture, which takes a minute for ten thousand.

use std::collections::{HashMap, HashSet};

use super::catalogue::Catalogue;
use super::code::operation::{
    GET_OBJECT_HANDLES, GET_OBJECT_INFO, GET_OBJECT_PROP_LIST, GET_OBJECT_PROP_VALUE, GET_STORAGE_IDS,
    GET_STORAGE_INFO,
};
use super::code::property::{DATE_MODIFIED, FILE_NAME, FORMAT, PERSISTENT_UID, SIZE};
use super::code::{ALL, ASSOCIATION, response};
use super::ground::{Walked, prefixes};
use super::object::{Object, Stamp, Storage, date, object_info, property_list, storage_info};
use super::quirks::{Quirks, System};
use super::session::{Session, refused};
use super::state::Seen;
use super::tree::{File, Folder, Scope, Tree, is_records};
use super::wire::{Dataset, Short, Value};
use crate::filetype::picture;
use crate::{ErrorKind, LinkError};

/// A way to ask a device what it has.
#[derive(Clone, Debug)]
pub(super) struct Walk<'a> {
    session: &'a Session,
    quirks: Quirks,
}

impl<'a> Walk<'a> {
    pub(super) fn new(session: &'a Session, quirks: Quirks) -> Self {
        Self { session, quirks }
    }

    /// Whether there is anything to be read.
    ///
    /// # Errors
    /// When the link is lost.
    pub(super) async fn look(&self) -> Result<Seen, LinkError> {
        let mut objects = 0;
        let storages = match self.storages().await {
            Err(error) if !error.is_fatal() => return Ok(Seen::Failed(error.kind().clone())),
            storages => storages?,
        };
        for storage in &storages {
            match self.root(*storage).await {
                Ok(handles) => objects += handles.len(),
                Err(error) if error.is_fatal() => return Err(error),
                Err(error) => tracing::debug!("storage {storage:08x}: {error}"),
            }
        }
        Ok(Seen::Storages {
            count: storages.len(),
            objects,
        })
    }

    /// Everything in scope.
    ///
    /// # Errors
    /// When the link is lost, or nothing at all can be seen: a locked phone shows no storage, or empty ones.
    pub(super) async fn all(mut self, scope: &Scope) -> Result<Catalogue, LinkError> {
        let mut catalogue = Catalogue::new(self.quirks.system, scope);
        let mut storages = Vec::new();
        for id in self.storages().await? {
            match self.storage(id).await {
                Ok(storage) => storages.push(storage),
                Err(error) if error.is_fatal() => return Err(error),
                Err(error) => catalogue.doubt(error.why()),
            }
        }
        storages.sort_by_key(|storage| storage.id);
        let mut all_empty = true;
        for (storage, prefix) in storages.iter().zip(prefixes(&storages)) {
            let mut tree = Tree::new(scope, storage.id);
            let mut pending = vec![Folder::root()];
            let mut empty = true;
            while let Some(folder) = pending.pop() {
                let objects = self.children(storage.id, &folder, &mut tree).await?;
                empty &= objects.is_empty();
                pending.extend(tree.grow(&folder, objects));
            }
            empty &= tree.doubts.is_empty();
            all_empty &= empty;
            if empty && storage.fixed {
                // A phone's own storage has folders from the first day: this one is not up yet.
                let context = "a storage of the phone shows nothing: it may be locked";
                catalogue.doubt(LinkError::new(ErrorKind::Locked, context).why());
            }
            let walked = Walked {
                prefix,
                same: storage.fixed || !storage.volume.is_empty(),
                filled: !tree.files.is_empty(),
                left_alone: tree.left_alone,
            };
            catalogue.add(walked, tree.files, tree.doubts);
        }
        if all_empty {
            let context = "the phone shows nothing: it may be locked";
            return Err(LinkError::new(ErrorKind::Locked, context));
        }
        Ok(catalogue)
    }

    /// The storages that have something in them: a slot without a card has no logical part.
    async fn storages(&self) -> Result<Vec<u32>, LinkError> {
        let answer = self.session.ask(GET_STORAGE_IDS, &[]).await?;
        match answer.code {
            response::OK => {}
            response::ACCESS_DENIED => {
                let context = "the phone asks its owner whether this computer may look";
                return Err(LinkError::new(ErrorKind::NotTrusted, context));
            }
            code => return Err(refused(code, "the list of storages")),
        }
        let ids = Dataset::new(&answer.data)
            .numbers()
            .map_err(garbled("storages"))?;
        let mut seen = HashSet::new();
        let filled = |id: &u32| id & 0xFFFF != 0 && seen.insert(*id);
        Ok(ids.into_iter().filter(filled).collect())
    }

    async fn storage(&self, id: u32) -> Result<Storage, LinkError> {
        let data = self.data(GET_STORAGE_INFO, &[id], "a storage").await?;
        storage_info(id, &data).map_err(garbled("a storage"))
    }

    /// The objects of a folder. What cannot be read becomes a doubt of the tree.
    async fn children(
        &mut self,
        storage: u32,
        folder: &Folder,
        tree: &mut Tree<'_>,
    ) -> Result<Vec<Object>, LinkError> {
        let handles = match folder.handle {
            Some(handle) => self.handles(storage, handle).await,
            None => self.root(storage).await,
        };
        let handles = match handles {
            Ok(handles) => handles,
            Err(error) if error.is_fatal() => return Err(error),
            Err(error) => {
                tree.doubt(folder, None, error.why());
                return Ok(Vec::new());
            }
        };
        let mut known = match folder.handle {
            Some(handle) if self.quirks.lists && handles.len() > 1 => self.listed(handle).await?,
            _ => HashMap::new(),
        };
        let all: HashSet<u32> = handles.iter().copied().collect();
        let mut objects = Vec::with_capacity(handles.len());
        for handle in handles {
            if let Some(object) = known.remove(&handle) {
                objects.push(object);
                continue;
            }
            match self.described(storage, handle).await {
                // Some devices list everything there is as the content of the root. Root objects name no parent, or
                // the storage as their parent, unless that is the handle of a folder.
                Ok((object, parent)) => {
                    let no_parent =
                        matches!(parent, 0 | ALL) || (parent == storage && !all.contains(&parent));
                    if folder.handle.is_some() || no_parent {
                        objects.push(object);
                    }
                }
                Err(error) if error.is_fatal() => return Err(error),
                Err(error) => tree.doubt(folder, None, error.why().count(1)),
            }
        }
        Ok(objects)
    }

    /// The objects in a folder of which properties came, and all that are needed.
    async fn listed(&mut self, folder: u32) -> Result<HashMap<u32, Object>, LinkError> {
        let mut known = HashMap::new();
        let Some(mut names) = self.property(folder, FILE_NAME).await? else {
            return Ok(known);
        };
        let Some(formats) = self.property(folder, FORMAT).await? else {
            return Ok(known);
        };
        let is_read = |value: &Value| match value {
            Value::Text(Ok(name) | Err(name)) => picture(name).is_some() || is_records(name),
            _ => false,
        };
        let (mut sizes, mut dates, mut uids) = Default::default();
        if names.values().any(is_read) {
            sizes = self.property(folder, SIZE).await?.unwrap_or_default();
            dates = self.property(folder, DATE_MODIFIED).await?.unwrap_or_default();
            if self.quirks.system == System::Android {
                uids = self.property(folder, PERSISTENT_UID).await?.unwrap_or_default();
            }
        }
        for (handle, format) in formats {
            let (Some(Value::Text(name)), Value::Number(format)) = (names.remove(&handle), format) else {
                continue;
            };
            let size = match sizes.remove(&handle) {
                Some(Value::Number(size)) => u64::try_from(size).ok(),
                _ => None,
            };
            let dated = dates.remove(&handle);
            let folder = format == u128::from(ASSOCIATION);
            let needed = !folder && is_read(&Value::Text(name.clone()));
            if needed && (size.is_none() || dated.is_none()) {
                continue;
            }
            let object = Object {
                handle,
                name,
                folder,
                size,
                stamp: Stamp {
                    date: as_date(dated),
                    uid: as_uid(uids.remove(&handle)),
                },
            };
            known.insert(handle, object);
        }
        Ok(known)
    }

    /// One property of everything in a folder, by handle; None when the device refuses. One that cannot do it at all is
    /// not asked again.
    async fn property(
        &mut self,
        folder: u32,
        property: u16,
    ) -> Result<Option<HashMap<u32, Value>>, LinkError> {
        if !self.quirks.lists {
            return Ok(None);
        }
        let parameters = [folder, 0, property.into(), 0, 1];
        let answer = self.session.ask(GET_OBJECT_PROP_LIST, &parameters).await?;
        match answer.code {
            response::OK => Ok(Some(property_list(&answer.data, property))),
            response::OPERATION_NOT_SUPPORTED
            | response::PARAMETER_NOT_SUPPORTED
            | response::GROUP_NOT_SUPPORTED
            | response::DEPTH_NOT_SUPPORTED => {
                self.quirks.lists = false;
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// One object by itself, with what its info does not tell, and its parent.
    async fn described(&self, storage: u32, handle: u32) -> Result<(Object, u32), LinkError> {
        let data = self.data(GET_OBJECT_INFO, &[handle], "an object").await?;
        let (mut object, parent) = object_info(storage, handle, &data).map_err(garbled("an object"))?;
        let name = object.name.as_deref().unwrap_or_default();
        if object.folder || !(picture(name).is_some() || is_records(name)) {
            return Ok((object, parent));
        }
        if object.size.is_none() {
            object.size = self.size(handle).await?;
        }
        if self.quirks.system == System::Android {
            object.stamp.uid = as_uid(self.value(handle, PERSISTENT_UID).await?);
        }
        Ok((object, parent))
    }

    /// An object's size in bytes, when it says so.
    pub(super) async fn size(&self, handle: u32) -> Result<Option<u64>, LinkError> {
        Ok(match self.value(handle, SIZE).await? {
            Some(Value::Number(size)) => u64::try_from(size).ok(),
            _ => None,
        })
    }

    /// Name, size and stamp of an object as they are now; with the number by which Android tells its state when that is
    /// what the state rests on, which costs Android less.
    ///
    /// # Errors
    /// `Missing` when there is no such object.
    pub(super) async fn now(&self, file: &File, by_uid: bool) -> Result<Object, LinkError> {
        let handle = file.handle;
        if !by_uid {
            let (mut object, _) = self.described(file.storage, handle).await?;
            object.stamp.uid = None;
            return Ok(object);
        }
        let size = self.size(handle).await?;
        let uid = as_uid(self.value(handle, PERSISTENT_UID).await?);
        if size.is_none() || uid.is_none() {
            let context = format!("object {handle:08x} no longer tells its state");
            return Err(LinkError::new(ErrorKind::Missing, context));
        }
        Ok(Object {
            handle,
            name: Ok(String::new()),
            folder: false,
            size,
            stamp: Stamp { date: None, uid },
        })
    }

    /// One property of one object; None when the device has none.
    async fn value(&self, handle: u32, property: u16) -> Result<Option<Value>, LinkError> {
        let parameters = [handle, property.into()];
        let answer = self.session.ask(GET_OBJECT_PROP_VALUE, &parameters).await?;
        let kind = match property {
            SIZE => 8,
            PERSISTENT_UID => 10,
            _ => return Ok(None),
        };
        match answer.code {
            response::OK => Ok(Dataset::new(&answer.data).value(kind).ok()),
            _ => Ok(None),
        }
    }

    /// The handles in a storage's root. Some devices refuse to list a root, and some of these list everything instead.
    async fn root(&self, storage: u32) -> Result<Vec<u32>, LinkError> {
        match self.handles(storage, ALL).await {
            Ok(handles) if !handles.is_empty() => Ok(handles),
            Err(error) if error.is_fatal() => Err(error),
            first => match (first, self.handles(storage, 0).await) {
                (_, Err(error)) if error.is_fatal() => Err(error),
                // Empty is an answer, also when the other question is refused.
                (Ok(none), Err(_)) => Ok(none),
                (_, second) => second,
            },
        }
    }

    async fn handles(&self, storage: u32, folder: u32) -> Result<Vec<u32>, LinkError> {
        let data = self
            .data(GET_OBJECT_HANDLES, &[storage, 0, folder], "a folder")
            .await?;
        Dataset::new(&data).numbers().map_err(garbled("a folder"))
    }

    async fn data(&self, operation: u16, parameters: &[u32], what: &str) -> Result<bytes::Bytes, LinkError> {
        let answer = self.session.ask(operation, parameters).await?;
        match answer.code {
            response::OK => Ok(answer.data),
            code => Err(refused(code, what)),
        }
    }
}

fn garbled(what: &'static str) -> impl Fn(Short) -> LinkError {
    move |short| LinkError::caused(ErrorKind::Garbled, what, short)
}

fn as_date(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::Text(Ok(text))) => date(text),
        _ => None,
    }
}

/// The lower half, which is all that Android fills.
fn as_uid(value: Option<Value>) -> Option<u64> {
    match value {
        Some(Value::Number(number)) => Some((number & u128::from(u64::MAX)) as u64).filter(|uid| *uid != 0),
        _ => None,
    }
}
