//! Servers and changes that are drawn.

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;

use super::super::failure::ListingFailure;
use super::super::scan::Scan;
use super::{any_server, changes, times, well_meaning, *};
use crate::checkpoint::Position;
use octocom_tests::zoo::{HasMore, Sort, Ties};

/// A part of the usual number of cases: 256, or `PROPTEST_CASES`.
///
/// No file of failures: a case that fails becomes a test of its own.
fn one_in(divisor: u32) -> ProptestConfig {
    let config = ProptestConfig::default();
    ProptestConfig {
        cases: config.cases.div_ceil(divisor),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..config
    }
}

fn passed(result: Result<(), String>) -> Result<(), TestCaseError> {
    result.map_err(TestCaseError::fail)
}

fn everything() -> KeysetScan {
    KeysetScan::new(Bounds::default(), None)
}

proptest! {
    #![proptest_config(one_in(1))]

    #[test]
    fn a_well_meaning_server_is_listed_exactly(habits in well_meaning(), times in times()) {
        let listing = list_all(habits, &times);
        passed(listing.check_exact(|_| true))?;
        prop_assert_eq!(listing.delivered.len(), times.len());
        let pages = times.len().div_ceil(habits.page_size);
        prop_assert!(listing.requests <= 40 + 20 * pages, "{} for {pages}", listing.requests);
    }

    #[test]
    fn a_well_meaning_server_that_changes_is_listed_exactly_or_called_unstable(
        habits in well_meaning(),
        times in times(),
        changes in changes(),
    ) {
        let listing = list(&mut ModelServer::new(habits, &times), everything(), &changes);
        passed(listing.check(|_| true))?;
        let is_honest = matches!(
            listing.failure,
            None | Some(ListingFailure::Unstable { .. })
        );
        prop_assert!(is_honest, "{:?}", listing.failure);
    }

    #[test]
    fn rows_without_a_date_are_delivered_once(
        habits in well_meaning(),
        times in times(),
        undated in 2_u32..6,
    ) {
        let listing = list_all(Habits { undated, ..habits }, &times);
        passed(listing.check(|_| true))?;
        let is_honest = matches!(listing.failure, None | Some(ListingFailure::Undated { .. }));
        prop_assert!(is_honest, "{:?}", listing.failure);
    }

    #[test]
    fn any_server_is_listed_exactly_or_the_error_names_what_it_broke(
        habits in any_server(),
        times in times(),
    ) {
        let listing = list_all(habits, &times);
        passed(listing.check(|_| true))?;
        match listing.failure {
            None => {}
            Some(ListingFailure::OutOfOrder { .. }) => {
                prop_assert!(habits.sort != Sort::Ascending, "{:?}", habits);
            }
            Some(ListingFailure::Unstable { .. }) => {
                prop_assert!(habits.ties != Ties::Stable || habits.ignores_page || habits.sort != Sort::Ascending || habits.has_more == HasMore::Always, "{:?}", habits);
            }
            Some(ListingFailure::Stalled { .. }) => {
                prop_assert!(habits.ignores_page || habits.has_more == HasMore::Always, "{:?}", habits);
            }
            Some(ListingFailure::Undated { .. }) => prop_assert!(false, "every row is dated"),
        }
    }

    #[test]
    fn any_server_that_changes_loses_nothing_in_silence(
        habits in any_server(),
        times in times(),
        changes in changes(),
    ) {
        // Out of order, a change cannot be told from the order.
        let habits = Habits { sort: Sort::Ascending, ..habits };
        let listing = list(&mut ModelServer::new(habits, &times), everything(), &changes);
        passed(listing.check(|_| true))?;
    }

    #[test]
    fn rows_within_the_callers_dates_are_listed_and_no_others(
        habits in well_meaning(),
        times in times(),
        since in prop::option::of((any::<Index>(), -1_500_000_000_i64..1_500_000_000)),
        until in prop::option::of((any::<Index>(), -1_500_000_000_i64..1_500_000_000)),
    ) {
        // A whole second may be all that trimmed zeros leave to see.
        let step = habits.print.precision.nanos();
        let step = if habits.print.trims { step.max(1_000_000_000) } else { step };
        let border = |drawn: Option<(Index, i64)>| {
            let (index, offset) = drawn.filter(|_| !times.is_empty())?;
            Some(index.get(&times) + offset)
        };
        let (since, until) = (border(since), border(until));
        let bounds = Bounds { since: since.map(at), until: until.map(at), ..Bounds::default() };
        prop_assume!(!bounds.is_empty());
        let mut server = ModelServer::new(habits, &times);
        let listing = list(&mut server, KeysetScan::new(bounds, None), &[]);
        let within = |time: i64, slack: i64| {
            since.is_none_or(|since| time + slack >= since) && until.is_none_or(|until| time - slack <= until)
        };
        let times = |id: u32| {
            let stored = times[id as usize];
            (stored, habits.print.shown(stored))
        };
        passed(listing.check_exact(|id| {
            let (stored, shown) = times(id);
            within(stored, 0) && within(shown, 0)
        }))?;
        for id in &listing.delivered {
            let (stored, shown) = times(*id);
            prop_assert!(within(stored, 0) || within(shown, step), "{id} lies outside");
        }
    }

    #[test]
    fn the_shards_of_a_plan_hold_every_row_once(
        habits in well_meaning(),
        times in times(),
        borders in prop::collection::vec(any::<Index>(), 0..4),
    ) {
        let printed = |time: i64| habits.print.shown(time);
        let mut borders: Vec<_> = borders
            .iter()
            .filter(|_| !times.is_empty())
            .map(|index| at(printed(*index.get(&times))))
            .collect();
        borders.sort_unstable();
        borders.dedup();
        let starts = std::iter::once(None).chain(borders.iter().copied().map(Some));
        let ends = borders.iter().copied().map(Some).chain([None]);
        let mut delivered = Vec::new();
        for (start, end) in starts.zip(ends) {
            let bounds = Bounds { start, end, ..Bounds::default() };
            let mut server = ModelServer::new(habits, &times);
            let listing = list(&mut server, KeysetScan::new(bounds, None), &[]);
            passed(listing.check_exact(|id| {
                let shown = at(printed(times[id as usize]));
                start.is_none_or(|start| shown >= start) && end.is_none_or(|end| shown < end)
            }))?;
            delivered.extend(listing.delivered);
        }
        delivered.sort_unstable();
        let all: Vec<_> = (0..u32::try_from(times.len()).unwrap()).collect();
        prop_assert_eq!(delivered, all);
    }
}

/// A scan, and how far its rows were delivered.
struct Reader {
    scan: Scan,
    position: Position,
    clock: DateTime<Utc>,
    delivered: Vec<u32>,
}

impl Reader {
    fn new(scan: Scan, position: Position, clock: DateTime<Utc>) -> Self {
        let delivered = Vec::new();
        Self {
            scan,
            position,
            clock,
            delivered,
        }
    }

    /// Takes every row; `each` is called before the first and after each.
    fn read(
        &mut self,
        server: &mut ModelServer,
        mut each: impl FnMut(&Position, &[u32]) -> Result<(), TestCaseError>,
    ) -> Result<(), TestCaseError> {
        each(&self.position, &self.delivered)?;
        let mut requests = 0;
        while let Some(cursor) = self.scan.request(0) {
            requests += 1;
            prop_assert!(requests < 20_000, "the listing does not end");
            let answer = server.answer(cursor.page, cursor.since, cursor.until);
            self.position.begin_page(&self.scan, self.clock);
            let rows = self.scan.absorb(&keys(&answer), answer.has_more);
            for row in rows.map_err(|failure| TestCaseError::fail(failure.to_string()))? {
                self.position.deliver(row, self.clock);
                self.delivered.push(answer.rows[row.index].0);
                each(&self.position, &self.delivered)?;
            }
        }
        Ok(())
    }
}

/// A scan that goes on from a position, as it stands in a checkpoint.
fn resumed(bounds: Bounds, position: &Position) -> Reader {
    let json = serde_json::to_string(position).unwrap();
    let position: Position = serde_json::from_str(&json).unwrap();
    position.check().unwrap();
    let scan = Scan::Keyset(Box::new(KeysetScan::new(bounds, None)));
    let scan = scan.resume(&position, Duration::ZERO).unwrap();
    Reader::new(scan, position, DateTime::<Utc>::MAX_UTC)
}

proptest! {
    #![proptest_config(one_in(5))]

    // Every position of every case, so fewer cases.
    #[test]
    fn a_listing_resumes_from_every_position(
        habits in well_meaning(),
        times in times(),
        clock in prop::option::of(any::<Index>()),
        since in prop::option::of(any::<Index>()),
    ) {
        let drawn = |index: Option<Index>| {
            let index = index.filter(|_| !times.is_empty())?;
            Some(at(habits.print.shown(*index.get(&times))))
        };
        let clock = drawn(clock).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let bounds = Bounds { since: drawn(since), ..Bounds::default() };
        let scan = Scan::Keyset(Box::new(KeysetScan::new(bounds, None)));
        let position = Position::of(&scan);
        let mut server = ModelServer::new(habits, &times);
        let mut all = Vec::new();
        Reader::new(scan.clone(), position.clone(), clock).read(&mut server, |_, rows| {
            all = rows.to_vec();
            Ok(())
        })?;
        all.sort_unstable();
        let mut first = Reader::new(scan, position, clock);
        let mut other = server.clone();
        first.read(&mut server, |position, before| {
            if let Position::Keyset { start: Some(start), .. } = position {
                let latest = bounds.since.map_or(clock, |since| since.max(clock));
                prop_assert!(*start <= latest, "{} after the clock", start);
            }
            let mut rest = resumed(bounds, position);
            rest.read(&mut other, |_, _| Ok(()))?;
            let mut both: Vec<_> = before.iter().chain(&rest.delivered).copied().collect();
            both.sort_unstable();
            prop_assert_eq!(&both, &all, "after {:?}", before);
            Ok(())
        })?;
    }
}

/// A real database: SQLite, with and without a tie-break.
///
/// PostgreSQL is asked the same in `scripts/judges/postgres-ties`.
mod sqlite {
    use chrono::SecondsFormat;
    use rusqlite::{Connection, params};

    use super::super::*;

    /// 900 rows, of which 400 were created at one time.
    fn database() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        let table = "CREATE TABLE conversations (id INTEGER PRIMARY KEY, created_at TEXT NOT NULL)";
        connection.execute(table, []).unwrap();
        let mut insert = connection
            .prepare("INSERT INTO conversations VALUES (?1, ?2)")
            .unwrap();
        for number in 0..900_i64 {
            let second = match number * 7 % 900 {
                number @ 0..300 => number,
                300..700 => 300,
                number => number,
            };
            insert
                .execute(params![number, text(second * 1_000)])
                .unwrap();
        }
        drop(insert);
        connection
    }

    fn text(millis: i64) -> String {
        let time = DateTime::from_timestamp_millis(millis).unwrap();
        time.to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// Lists everything by `SELECT … ORDER BY … LIMIT 50 OFFSET n`.
    fn list(connection: &Connection, order: &str) -> (Vec<u32>, Option<ListingFailure>) {
        let query = format!(
            "SELECT id, created_at FROM conversations WHERE created_at >= ?1 \
             ORDER BY {order} LIMIT 51 OFFSET ?2"
        );
        let mut select = connection.prepare(&query).unwrap();
        let mut scan = KeysetScan::new(Bounds::default(), None);
        let mut delivered = Vec::new();
        while let Some(cursor) = scan.request() {
            let since = cursor.since.map_or(0, |since| since.timestamp_millis());
            let skipped = i64::try_from((cursor.page - 1) * 50).unwrap();
            let rows = select.query_map(params![text(since), skipped], |row| {
                Ok((row.get(0)?, row.get(1)?))
            });
            let mut rows: Vec<(u32, String)> = rows.unwrap().map(Result::unwrap).collect();
            let has_more = rows.len() > 50;
            rows.truncate(50);
            let answer = ZooPage { rows, has_more };
            match scan.absorb(&keys(&answer), has_more) {
                Ok(rows) => delivered.extend(rows.iter().map(|row| answer.rows[row.index].0)),
                Err(failure) => return (delivered, Some(failure)),
            }
        }
        (delivered, None)
    }

    #[test]
    fn a_list_out_of_a_database_is_complete_or_unstable() {
        let connection = database();
        for index in [false, true] {
            if index {
                let index = "CREATE INDEX by_time ON conversations (created_at)";
                connection.execute(index, []).unwrap();
            }
            for order in ["created_at", "created_at, id", "created_at, random()"] {
                let (mut delivered, failure) = list(&connection, order);
                match failure {
                    None => {
                        delivered.sort_unstable();
                        assert_eq!(delivered, (0..900).collect::<Vec<_>>(), "{order}");
                        assert_ne!(order, "created_at, random()");
                    }
                    Some(ListingFailure::Unstable { at, passes: 5 }) => {
                        assert_eq!(at, DateTime::from_timestamp(300, 0).unwrap());
                        assert_ne!(order, "created_at, id", "{order}");
                    }
                    Some(failure) => panic!("{order}: {failure}"),
                }
            }
        }
    }
}
