//! What every link that writes must do.

use bytes::Bytes;
use sidekeep_model::{CollectionId, Fingerprint, Kind, Media, RemoteId};

use super::{Breach, Rule, bring, ensure, stands, wanted};
use crate::{Condition, Entry, Phone, Write, WriteError, Written};

/// Adds an item to a collection of a phone that nobody else changes, and changes it: under conditions that hold, and under
/// some that do not. `first` and `second` are two states of one new item (the same UID), `third` is another new one. The
/// item stays on the phone, as `second`.
///
/// # Errors
/// The first broken rule.
pub async fn writes(
    phone: &mut dyn Phone,
    kind: Kind,
    collection: &CollectionId,
    media: &str,
    [first, second, third]: [Bytes; 3],
) -> Result<(), Breach> {
    let place = Place {
        kind,
        collection,
        media: media.into(),
    };
    let before = place.list(phone).await?;
    let new = |before: Option<&RemoteId>| Condition::New {
        before: before.cloned(),
    };
    let remote = place.written(phone, &first, new(None)).await?;
    ensure(
        before.iter().all(|(entry, _)| entry.remote != remote),
        Rule::Written,
        || format!("a new item got the id {remote} of another"),
    )?;
    let added = place.list(phone).await?;
    place.others_stay(&before, &added, &remote)?;
    let (entry, bytes) = one(&added, &remote)?;

    // An id that is taken is no id for a new item.
    match place.write(phone, &third, new(Some(&remote))).await {
        Err(WriteError::Conflict | WriteError::Refused(_)) => {}
        Ok(Written { remote: other }) if other != remote => {}
        other => {
            return Err(breach(
                Rule::Condition,
                format!("a new item over {remote}: {other:?}"),
            ));
        }
    }
    let unchanged = |fingerprint: &Fingerprint| Condition::Unchanged {
        remote: remote.clone(),
        fingerprint: fingerprint.clone(),
    };
    let never = Fingerprint("\"no state of it\"".to_owned());
    place.conflicts(phone, &second, unchanged(&never)).await?;
    let still = place.list(phone).await?;
    ensure(one(&still, &remote)?.1 == bytes, Rule::Condition, || {
        format!("{remote} was changed by a write that was refused")
    })?;

    let same = place
        .written(phone, &second, unchanged(&entry.fingerprint))
        .await?;
    ensure(same == remote, Rule::Written, || {
        format!("{remote} became {same}")
    })?;
    let changed = place.list(phone).await?;
    place.others_stay(&before, &changed, &remote)?;
    let (now, read) = one(&changed, &remote)?;
    ensure(
        now.fingerprint != entry.fingerprint && read != bytes,
        Rule::Written,
        || format!("{remote} is as it was before the write"),
    )?;
    place
        .conflicts(phone, &first, unchanged(&entry.fingerprint))
        .await?;
    let gone = Condition::Unchanged {
        remote: RemoteId::from("nobody-has-this-id"),
        fingerprint: entry.fingerprint.clone(),
    };
    place.conflicts(phone, &second, gone).await
}

type State = (Entry, Bytes);

struct Place<'a> {
    kind: Kind,
    collection: &'a CollectionId,
    media: Media,
}

impl Place<'_> {
    /// Everything in the collection, with its bytes.
    async fn list(&self, phone: &mut dyn Phone) -> Result<Vec<State>, Breach> {
        let mut listing = stands(phone.list(self.kind, None).await)?;
        listing
            .collections
            .retain(|one| one.collection.id == *self.collection);
        let items = bring(phone, &wanted(self.kind, &listing)).await?;
        let entries = listing.collections.into_iter().flat_map(|one| one.entries);
        Ok(entries.zip(items.into_iter().map(|item| item.bytes)).collect())
    }

    async fn write(
        &self,
        phone: &mut dyn Phone,
        bytes: &Bytes,
        condition: Condition,
    ) -> Result<Written, WriteError> {
        let write = Write {
            kind: self.kind,
            collection: self.collection.clone(),
            media: self.media.clone(),
            bytes: bytes.clone(),
            condition,
        };
        match phone.writing() {
            Some(writing) => writing.write(&write).await,
            None => Err(WriteError::ReadOnly),
        }
    }

    /// Writes on a condition that holds.
    async fn written(
        &self,
        phone: &mut dyn Phone,
        bytes: &Bytes,
        condition: Condition,
    ) -> Result<RemoteId, Breach> {
        let told = format!("{condition:?}");
        match self.write(phone, bytes, condition).await {
            Ok(written) => Ok(written.remote),
            Err(error) => Err(breach(Rule::Written, format!("{told}: {error}"))),
        }
    }

    /// Writes on a condition that does not hold.
    async fn conflicts(
        &self,
        phone: &mut dyn Phone,
        bytes: &Bytes,
        condition: Condition,
    ) -> Result<(), Breach> {
        let told = format!("{condition:?}");
        match self.write(phone, bytes, condition).await {
            Err(WriteError::Conflict) => Ok(()),
            other => Err(breach(Rule::Condition, format!("{told}: {other:?}"))),
        }
    }

    /// What was there before is there as it was.
    fn others_stay(&self, before: &[State], now: &[State], written: &RemoteId) -> Result<(), Breach> {
        for (entry, bytes) in before {
            if entry.remote == *written {
                continue;
            }
            let (_, found) = one(now, &entry.remote)?;
            ensure(found == *bytes, Rule::Written, || {
                format!("{} changed with the write of {written}", entry.remote)
            })?;
        }
        Ok(())
    }
}

fn one(items: &[State], remote: &RemoteId) -> Result<State, Breach> {
    let found = items.iter().find(|(entry, _)| entry.remote == *remote);
    found
        .cloned()
        .ok_or_else(|| breach(Rule::Written, format!("{remote} is not there")))
}

fn breach(rule: Rule, what: String) -> Breach {
    Breach { rule, what }
}
