-- The tables and views of a phone's providers, as far as a reader over adb can see them.
-- Source: AOSP ContactsDatabaseHelper, CalendarDatabaseHelper, MediaProvider DatabaseHelper. Column types are those of
-- the phone, which knows no STRICT tables: a text in an INTEGER column is possible there, so it is possible here.

-- The stand-in's own switches. A permission without a row is granted; an authority without a row is there.
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE grants (permission TEXT PRIMARY KEY, granted INTEGER NOT NULL);
CREATE TABLE providers (authority TEXT PRIMARY KEY, present INTEGER NOT NULL);

-- com.android.contacts
CREATE TABLE accounts (
    _id INTEGER PRIMARY KEY AUTOINCREMENT, account_name TEXT, account_type TEXT, data_set TEXT
);
CREATE TABLE contacts (
    _id INTEGER PRIMARY KEY AUTOINCREMENT, name_raw_contact_id INTEGER, photo_id INTEGER, photo_file_id INTEGER,
    custom_ringtone TEXT, send_to_voicemail INTEGER NOT NULL DEFAULT 0, starred INTEGER NOT NULL DEFAULT 0,
    pinned INTEGER NOT NULL DEFAULT 0, has_phone_number INTEGER NOT NULL DEFAULT 0, lookup TEXT,
    contact_last_updated_timestamp INTEGER
);
CREATE TABLE raw_contacts (
    _id INTEGER PRIMARY KEY AUTOINCREMENT, account_id INTEGER REFERENCES accounts (_id), sourceid TEXT, backup_id TEXT,
    raw_contact_is_read_only INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1,
    dirty INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0, contact_id INTEGER REFERENCES contacts (_id),
    aggregation_mode INTEGER NOT NULL DEFAULT 0, custom_ringtone TEXT, send_to_voicemail INTEGER NOT NULL DEFAULT 0,
    starred INTEGER NOT NULL DEFAULT 0, pinned INTEGER NOT NULL DEFAULT 0, display_name TEXT, display_name_alt TEXT,
    display_name_source INTEGER NOT NULL DEFAULT 0, phonetic_name TEXT, phonetic_name_style TEXT, sort_key TEXT,
    sort_key_alt TEXT, sync1 TEXT, sync2 TEXT, sync3 TEXT, sync4 TEXT
);
CREATE INDEX raw_contacts_contact ON raw_contacts (contact_id);
CREATE TABLE mimetypes (_id INTEGER PRIMARY KEY AUTOINCREMENT, mimetype TEXT NOT NULL UNIQUE);
CREATE TABLE data (
    _id INTEGER PRIMARY KEY AUTOINCREMENT, mimetype_id INTEGER NOT NULL REFERENCES mimetypes (_id),
    raw_contact_id INTEGER NOT NULL REFERENCES raw_contacts (_id), hash_id TEXT,
    is_read_only INTEGER NOT NULL DEFAULT 0, is_primary INTEGER NOT NULL DEFAULT 0,
    is_super_primary INTEGER NOT NULL DEFAULT 0, data_version INTEGER NOT NULL DEFAULT 0,
    data1 TEXT, data2 TEXT, data3 TEXT, data4 TEXT, data5 TEXT, data6 TEXT, data7 TEXT, data8 TEXT, data9 TEXT,
    data10 TEXT, data11 TEXT, data12 TEXT, data13 TEXT, data14 TEXT, data15 TEXT,
    data_sync1 TEXT, data_sync2 TEXT, data_sync3 TEXT, data_sync4 TEXT, res_package TEXT
);
CREATE INDEX data_raw_contact ON data (raw_contact_id);
CREATE TABLE groups (
    _id INTEGER PRIMARY KEY AUTOINCREMENT, account_id INTEGER REFERENCES accounts (_id), sourceid TEXT,
    version INTEGER NOT NULL DEFAULT 1, dirty INTEGER NOT NULL DEFAULT 0, title TEXT, title_res INTEGER,
    res_package TEXT, notes TEXT, system_id TEXT, deleted INTEGER NOT NULL DEFAULT 0,
    group_visible INTEGER NOT NULL DEFAULT 0, should_sync INTEGER NOT NULL DEFAULT 1,
    auto_add INTEGER NOT NULL DEFAULT 0, favorites INTEGER NOT NULL DEFAULT 0,
    group_is_read_only INTEGER NOT NULL DEFAULT 0, sync1 TEXT, sync2 TEXT, sync3 TEXT, sync4 TEXT
);
CREATE TABLE deleted_contacts (contact_id INTEGER PRIMARY KEY, contact_deleted_timestamp INTEGER NOT NULL);

CREATE VIEW view_raw_contacts AS
SELECT r._id AS _id, a.account_name AS account_name, a.account_type AS account_type, a.data_set AS data_set,
    r.contact_id AS contact_id, r.sourceid AS sourceid, r.backup_id AS backup_id, r.version AS version,
    r.dirty AS dirty, r.deleted AS deleted, r.raw_contact_is_read_only AS raw_contact_is_read_only,
    r.aggregation_mode AS aggregation_mode, r.custom_ringtone AS custom_ringtone,
    r.send_to_voicemail AS send_to_voicemail, r.starred AS starred, r.pinned AS pinned,
    r.display_name AS display_name, r.display_name_alt AS display_name_alt,
    r.display_name_source AS display_name_source, r.phonetic_name AS phonetic_name,
    r.phonetic_name_style AS phonetic_name_style, r.sort_key AS sort_key, r.sort_key_alt AS sort_key_alt,
    r.sync1 AS sync1, r.sync2 AS sync2, r.sync3 AS sync3, r.sync4 AS sync4
FROM raw_contacts r JOIN accounts a ON r.account_id = a._id;

-- The rows of deleted raw contacts have no contact any more, so the inner join hides them, as on a phone.
CREATE VIEW view_data AS
SELECT d._id AS _id, d.hash_id AS hash_id, d.raw_contact_id AS raw_contact_id, r.contact_id AS contact_id,
    m.mimetype AS mimetype, d.res_package AS res_package, d.is_primary AS is_primary,
    d.is_super_primary AS is_super_primary, d.is_read_only AS is_read_only, d.data_version AS data_version,
    d.data1 AS data1, d.data2 AS data2, d.data3 AS data3, d.data4 AS data4, d.data5 AS data5, d.data6 AS data6,
    d.data7 AS data7, d.data8 AS data8, d.data9 AS data9, d.data10 AS data10, d.data11 AS data11, d.data12 AS data12,
    d.data13 AS data13, d.data14 AS data14, d.data15 AS data15,
    d.data_sync1 AS data_sync1, d.data_sync2 AS data_sync2, d.data_sync3 AS data_sync3, d.data_sync4 AS data_sync4,
    a.account_name AS account_name, a.account_type AS account_type, a.data_set AS data_set, r.sourceid AS sourceid,
    r.version AS version, r.dirty AS dirty, r.starred AS starred, r.display_name AS display_name,
    g.sourceid AS group_sourceid
FROM data d
JOIN mimetypes m ON d.mimetype_id = m._id
JOIN raw_contacts r ON d.raw_contact_id = r._id
JOIN accounts a ON r.account_id = a._id
JOIN contacts c ON r.contact_id = c._id
LEFT JOIN groups g ON m.mimetype = 'vnd.android.cursor.item/group_membership' AND g._id = d.data1;

CREATE VIEW view_raw_entities AS
SELECT r._id AS _id, d._id AS data_id, a.account_name AS account_name, a.account_type AS account_type,
    a.data_set AS data_set, r.contact_id AS contact_id, r.sourceid AS sourceid, r.version AS version,
    r.dirty AS dirty, r.deleted AS deleted, r.starred AS starred, m.mimetype AS mimetype,
    d.is_primary AS is_primary, d.is_super_primary AS is_super_primary, d.data_version AS data_version,
    d.data1 AS data1, d.data2 AS data2, d.data3 AS data3, d.data4 AS data4, d.data5 AS data5, d.data6 AS data6,
    d.data7 AS data7, d.data8 AS data8, d.data9 AS data9, d.data10 AS data10, d.data11 AS data11, d.data12 AS data12,
    d.data13 AS data13, d.data14 AS data14, d.data15 AS data15,
    d.data_sync1 AS data_sync1, d.data_sync2 AS data_sync2, d.data_sync3 AS data_sync3, d.data_sync4 AS data_sync4
FROM raw_contacts r
JOIN accounts a ON r.account_id = a._id
LEFT JOIN data d ON d.raw_contact_id = r._id
LEFT JOIN mimetypes m ON d.mimetype_id = m._id;

CREATE VIEW view_contacts AS
SELECT c._id AS _id, c.lookup AS lookup, r.display_name AS display_name, r.display_name_alt AS display_name_alt,
    c.name_raw_contact_id AS name_raw_contact_id, c.photo_id AS photo_id, c.photo_file_id AS photo_file_id,
    c.custom_ringtone AS custom_ringtone, c.send_to_voicemail AS send_to_voicemail, c.starred AS starred,
    c.pinned AS pinned, c.has_phone_number AS has_phone_number,
    c.contact_last_updated_timestamp AS contact_last_updated_timestamp
FROM contacts c JOIN raw_contacts r ON c.name_raw_contact_id = r._id;

CREATE VIEW view_groups AS
SELECT g._id AS _id, a.account_name AS account_name, a.account_type AS account_type, a.data_set AS data_set,
    g.sourceid AS sourceid, g.version AS version, g.dirty AS dirty, g.title AS title, g.title_res AS title_res,
    g.res_package AS res_package, g.notes AS notes, g.system_id AS system_id, g.deleted AS deleted,
    g.group_visible AS group_visible, g.should_sync AS should_sync, g.auto_add AS auto_add,
    g.favorites AS favorites, g.group_is_read_only AS group_is_read_only,
    g.sync1 AS sync1, g.sync2 AS sync2, g.sync3 AS sync3, g.sync4 AS sync4
FROM groups g JOIN accounts a ON g.account_id = a._id;

-- com.android.calendar
CREATE TABLE Calendars (
    _id INTEGER PRIMARY KEY, account_name TEXT, account_type TEXT, _sync_id TEXT, dirty INTEGER, mutators TEXT,
    name TEXT, calendar_displayName TEXT, calendar_color INTEGER, calendar_color_index TEXT,
    calendar_access_level INTEGER, visible INTEGER NOT NULL DEFAULT 1, sync_events INTEGER NOT NULL DEFAULT 0,
    calendar_location TEXT, calendar_timezone TEXT, ownerAccount TEXT, isPrimary INTEGER,
    canOrganizerRespond INTEGER NOT NULL DEFAULT 1, canModifyTimeZone INTEGER DEFAULT 1,
    maxReminders INTEGER DEFAULT 5, allowedReminders TEXT DEFAULT '0,1', allowedAvailability TEXT DEFAULT '0,1',
    allowedAttendeeTypes TEXT DEFAULT '0,1,2', deleted INTEGER NOT NULL DEFAULT 0, cal_sync1 TEXT, cal_sync2 TEXT,
    cal_sync3 TEXT, cal_sync4 TEXT, cal_sync5 TEXT, cal_sync6 TEXT, cal_sync7 TEXT, cal_sync8 TEXT, cal_sync9 TEXT,
    cal_sync10 TEXT
);
CREATE TABLE Events (
    _id INTEGER PRIMARY KEY AUTOINCREMENT, _sync_id TEXT, dirty INTEGER, mutators TEXT,
    lastSynced INTEGER DEFAULT 0, calendar_id INTEGER NOT NULL, title TEXT, eventLocation TEXT, description TEXT,
    eventColor INTEGER, eventColor_index TEXT, eventStatus INTEGER, selfAttendeeStatus INTEGER NOT NULL DEFAULT 0,
    dtstart INTEGER, dtend INTEGER, eventTimezone TEXT, duration TEXT, allDay INTEGER NOT NULL DEFAULT 0,
    accessLevel INTEGER NOT NULL DEFAULT 0, availability INTEGER NOT NULL DEFAULT 0,
    hasAlarm INTEGER NOT NULL DEFAULT 0, hasExtendedProperties INTEGER NOT NULL DEFAULT 0, rrule TEXT, rdate TEXT,
    exrule TEXT, exdate TEXT, original_id INTEGER, original_sync_id TEXT, originalInstanceTime INTEGER,
    originalAllDay INTEGER, lastDate INTEGER, hasAttendeeData INTEGER NOT NULL DEFAULT 0,
    guestsCanModify INTEGER NOT NULL DEFAULT 0, guestsCanInviteOthers INTEGER NOT NULL DEFAULT 1,
    guestsCanSeeGuests INTEGER NOT NULL DEFAULT 1, organizer TEXT, isOrganizer INTEGER,
    deleted INTEGER NOT NULL DEFAULT 0, eventEndTimezone TEXT, customAppPackage TEXT, customAppUri TEXT, uid2445 TEXT,
    sync_data1 TEXT, sync_data2 TEXT, sync_data3 TEXT, sync_data4 TEXT, sync_data5 TEXT, sync_data6 TEXT,
    sync_data7 TEXT, sync_data8 TEXT, sync_data9 TEXT, sync_data10 TEXT
);
CREATE INDEX events_calendar ON Events (calendar_id);
CREATE TABLE Attendees (
    _id INTEGER PRIMARY KEY, event_id INTEGER, attendeeName TEXT, attendeeEmail TEXT, attendeeStatus INTEGER,
    attendeeRelationship INTEGER, attendeeType INTEGER, attendeeIdentity TEXT, attendeeIdNamespace TEXT
);
CREATE TABLE Reminders (_id INTEGER PRIMARY KEY, event_id INTEGER, minutes INTEGER, method INTEGER NOT NULL DEFAULT 0);
CREATE TABLE ExtendedProperties (_id INTEGER PRIMARY KEY, event_id INTEGER, name TEXT, value TEXT);

CREATE VIEW view_events AS
SELECT e.*, c.account_name AS account_name, c.account_type AS account_type,
    c.calendar_displayName AS calendar_displayName, c.calendar_color AS calendar_color,
    c.calendar_access_level AS calendar_access_level, c.calendar_timezone AS calendar_timezone,
    c.ownerAccount AS ownerAccount, c.visible AS visible, c.allowedReminders AS allowedReminders
FROM Events e JOIN Calendars c ON e.calendar_id = c._id;

-- media
CREATE TABLE files (
    _id INTEGER PRIMARY KEY AUTOINCREMENT, _data TEXT UNIQUE, _display_name TEXT, relative_path TEXT,
    volume_name TEXT NOT NULL DEFAULT 'external_primary', mime_type TEXT, media_type INTEGER NOT NULL DEFAULT 0,
    date_added INTEGER, date_modified INTEGER, datetaken INTEGER, width INTEGER, height INTEGER, orientation INTEGER,
    duration INTEGER, _size INTEGER, bucket_id INTEGER, bucket_display_name TEXT, owner_package_name TEXT,
    is_pending INTEGER NOT NULL DEFAULT 0, date_expires INTEGER, document_id TEXT, instance_id TEXT,
    original_document_id TEXT, xmp BLOB, is_favorite INTEGER NOT NULL DEFAULT 0, is_trashed INTEGER NOT NULL DEFAULT 0,
    is_download INTEGER NOT NULL DEFAULT 0, generation_added INTEGER NOT NULL DEFAULT 0,
    generation_modified INTEGER NOT NULL DEFAULT 0
);
