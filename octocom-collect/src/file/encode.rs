//! Records as lines of NDJSON or rows of CSV, and the ids of those that a file has.

use std::collections::HashSet;
use std::io::{self, BufRead};

use octocom_ext::Uuid;
use sha2::{Digest, Sha256};

use crate::column::Column;
use crate::columns::Field;
use crate::error::{Error, Result};
use crate::export::{Export, Format, Output};
use crate::privacy::Guard;
use crate::record::{Members, Record, id_text, members, quoted, string};
use crate::stream::{Kind, Stream};

/// Name of the last column: the fields that the document does not have.
const UNKNOWN: &str = "unknownFields";

/// Writes records in a form, and reads their ids back.
#[derive(Debug)]
pub(crate) struct Encoder {
    stream: Stream,
    /// The columns of CSV; `None` for NDJSON.
    columns: Option<Columns>,
}

#[derive(Debug)]
struct Columns {
    /// Every documented field.
    documented: Vec<Field>,
    /// The columns, by name.
    chosen: Vec<String>,
}

/// The id of a record as a number of fixed size.
pub(crate) type Key = u128;

impl Encoder {
    /// Returns the encoder of an export.
    ///
    /// # Errors
    ///
    /// An error that names a column which the document does not have or which is dropped, or `id`
    /// where it is missing.
    pub(crate) fn new(export: &Export, guard: &Guard) -> Result<Self> {
        let stream = export.stream;
        let columns = match (export.format, &export.columns) {
            (Format::Csv, chosen) => {
                let documented = documented(stream, export.details);
                let all = documented.iter().map(|field| field.name.clone());
                let mut all: Vec<_> = all.chain([UNKNOWN.to_owned()]).collect();
                // An empty column would look as if there were no values.
                all.retain(|name| !guard.drops(stream, name));
                let chosen = chosen.clone().unwrap_or_else(|| all.clone());
                if let Some(dropped) = chosen.iter().find(|name| guard.drops(stream, name)) {
                    let detail = format!("`columns`: `{dropped}` is dropped");
                    return Err(Error::options(detail));
                }
                check(&chosen, &all, stream, &export.output)?;
                Some(Columns { documented, chosen })
            }
            (Format::Ndjson, None) => None,
            (Format::Ndjson, Some(_)) => {
                return Err(Error::options(
                    "`columns`: NDJSON has whole records; choose CSV",
                ));
            }
            // A folder of parts has an encoder of its own.
            #[cfg(feature = "parquet")]
            (Format::Parquet, _) => None,
        };
        Ok(Self { stream, columns })
    }

    /// Returns the first bytes of a file.
    pub(crate) fn header(&self) -> io::Result<Vec<u8>> {
        match &self.columns {
            Some(columns) => row(&columns.chosen),
            None => Ok(Vec::new()),
        }
    }

    /// Returns a record as a line, and the number of its fields that have another JSON type than
    /// documented.
    pub(crate) fn encode(&self, record: &Record) -> io::Result<(Vec<u8>, u64)> {
        match &self.columns {
            Some(columns) => columns.encode(&record.text),
            None => {
                let mut line = record.text.clone().into_bytes();
                line.push(b'\n');
                Ok((line, 0))
            }
        }
    }

    /// Returns the key of a record.
    pub(crate) fn key(id: &str) -> Key {
        match Uuid::try_parse(id) {
            Ok(id) => id.as_u128(),
            Err(_) => {
                let digest = Sha256::digest(id);
                digest
                    .iter()
                    .take(16)
                    .fold(0, |key, byte| key << 8 | u128::from(*byte))
            }
        }
    }

    /// Reads the keys of the records that a file has.
    pub(crate) fn keys(&self, file: impl BufRead) -> io::Result<HashSet<Key>> {
        let mut keys = HashSet::new();
        let names = self.id_names();
        let mut add = |parts: Vec<Option<String>>| {
            let id = match self.stream.kind() {
                Kind::Versions => parts
                    .into_iter()
                    .collect::<Option<Vec<_>>>()
                    .map(|it| it.join("/")),
                _ => parts.into_iter().flatten().next(),
            };
            keys.extend(id.map(|id| Self::key(&id)));
        };
        if self.columns.is_some() {
            let mut reader = csv::Reader::from_reader(file);
            let header = reader.headers().map_err(io::Error::other)?.clone();
            let place = |name: &&str| header.iter().position(|column| column == *name);
            let places: Vec<_> = names.iter().map(place).collect();
            for row in reader.records() {
                let row = row.map_err(io::Error::other)?;
                let cell = |place: &Option<usize>| {
                    let cell = row.get((*place)?)?;
                    (!cell.is_empty()).then(|| cell.to_owned())
                };
                add(places.iter().map(cell).collect());
            }
        } else {
            for line in file.lines() {
                let line = line?;
                let members = members(&line).unwrap_or_default();
                let id = |name: &&str| id_text(members.get(*name)?);
                add(names.iter().map(id).collect());
            }
        }
        Ok(keys)
    }

    /// Names of the fields that a record's id is made of, or may stand under.
    fn id_names(&self) -> Vec<&'static str> {
        match self.stream.kind() {
            Kind::Versions => vec!["itemId", "versionId"],
            Kind::Deleted => {
                let own = match self.stream.items().operation().id {
                    "list_workflows" => "workflowId",
                    "list_articles" => "articleId",
                    _ => "botRuleId",
                };
                vec!["entityId", own, "id"]
            }
            _ => vec!["id"],
        }
    }
}

fn documented(stream: Stream, details: bool) -> Vec<Field> {
    let columns = stream.columns(details).into_iter();
    let field = |column: Column| Field {
        form: column.kind.form(),
        name: column.name,
    };
    columns.map(field).collect()
}

fn check(chosen: &[String], all: &[String], stream: Stream, output: &Output) -> Result<()> {
    let refuse = |detail: String| Err(Error::options(format!("`columns`: {detail}")));
    if let Some(unknown) = chosen.iter().find(|name| !all.contains(name)) {
        return refuse(format!(
            "the stream {stream} has no `{unknown}`, only {}",
            all.join(", ")
        ));
    }
    let ids: &[&str] = match stream.kind() {
        Kind::Versions => &["itemId", "versionId"],
        _ => &["id"],
    };
    let missing = ids.iter().find(|id| !chosen.iter().any(|name| name == *id));
    match (missing, output) {
        (Some(id), Output::File(_)) => refuse(format!(
            "`{id}` is missing: it tells what the file has already when a run goes on"
        )),
        _ => Ok(()),
    }
}

impl Columns {
    fn encode(&self, text: &str) -> io::Result<(Vec<u8>, u64)> {
        let members = members(text).unwrap_or_default();
        let mut odd = 0;
        for field in &self.documented {
            let value = members.get(&field.name).map(|value| value.get());
            odd += u64::from(value.is_some_and(|value| !field.form.is_of(value)));
        }
        let cell = |name: &String| match name.as_str() {
            UNKNOWN => self.unknown(&members),
            name => match members.get(name) {
                None => String::new(),
                Some(value) if value.get() == "null" => String::new(),
                Some(value) => string(value).unwrap_or_else(|| value.get().to_owned()),
            },
        };
        let cells: Vec<_> = self.chosen.iter().map(cell).collect();
        Ok((row(&cells)?, odd))
    }

    /// The fields that the document does not have, as a JSON object.
    fn unknown(&self, members: &Members<'_>) -> String {
        let is_known = |name: &str| self.documented.iter().any(|field| field.name == name);
        let unknown = members.iter().filter(|(name, _)| !is_known(name));
        let texts: Vec<_> = unknown
            .map(|(name, value)| format!("{}:{}", quoted(name), value.get()))
            .collect();
        match texts.is_empty() {
            true => String::new(),
            false => format!("{{{}}}", texts.join(",")),
        }
    }
}

fn row(cells: &[String]) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).map_err(io::Error::other)?;
    writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoder(stream: &str, format: Format, columns: Option<&[&str]>) -> Result<Encoder> {
        let mut export = Export::new(stream.parse().unwrap(), Output::file("out")).format(format);
        if let Some(columns) = columns {
            export = export.columns(columns.iter().map(|name| (*name).to_owned()).collect());
        }
        Encoder::new(&export, &Guard::default())
    }

    fn record(text: &str) -> Record {
        Record::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn csv_has_the_documents_columns_and_the_unknown_fields_in_the_last() {
        let csv = encoder("users", Format::Csv, None).unwrap();
        assert_eq!(
            csv.header().unwrap(),
            b"id,email,fullName,isAgent,isManager,teamId,unknownFields\n"
        );
        let (line, odd) = csv
            .encode(&record(
                r#"{"id":"a","fullName":"Ann \"x\",\nB","isAgent":true,"teamId":null,"new":[1,"é"],"email":7}"#,
            ))
            .unwrap();
        assert_eq!(
            String::from_utf8(line).unwrap(),
            "a,7,\"Ann \"\"x\"\",\nB\",true,,,\"{\"\"new\"\":[1,\"\"é\"\"]}\"\n"
        );
        assert_eq!(odd, 1);
        let chosen = encoder("users", Format::Csv, Some(&["fullName", "id"])).unwrap();
        assert_eq!(chosen.header().unwrap(), b"fullName,id\n");
    }

    #[test]
    fn columns_that_cannot_be_had_are_refused() {
        let refusal = |columns| {
            encoder("users", Format::Csv, Some(columns))
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            refusal(&["id", "nick"]),
            "`columns`: the stream users has no `nick`, only id, email, fullName, isAgent, \
             isManager, teamId, unknownFields"
        );
        assert!(refusal(&["email"]).contains("`id` is missing"));
        let error = encoder("users", Format::Ndjson, Some(&["id"])).unwrap_err();
        assert!(error.to_string().contains("choose CSV"), "{error}");
    }

    #[test]
    fn the_keys_of_a_file_are_those_of_its_records() {
        let records = [r#"{"id":"a\"b","fullName":"1\n2"}"#, r#"{"id":"7"}"#].map(record);
        for format in [Format::Ndjson, Format::Csv] {
            let encoder = encoder("users", format, None).unwrap();
            let mut file = encoder.header().unwrap();
            for record in &records {
                file.extend(encoder.encode(record).unwrap().0);
            }
            let keys = encoder.keys(&file[..]).unwrap();
            let expected: HashSet<_> = records
                .iter()
                .map(|record| Encoder::key(&record.id))
                .collect();
            assert_eq!(keys, expected, "{format:?}");
        }
    }
}
