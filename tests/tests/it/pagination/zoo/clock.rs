//! The server's clock: a record of the future does not end all that comes after.

use chrono::TimeDelta;

use super::*;

const NOON: &str = "Tue, 16 Jan 2024 12:00:00 GMT";
const EVENING: &str = "Tue, 16 Jan 2024 20:00:00 GMT";

fn nanos(text: &str) -> i64 {
    let time: DateTime<Utc> = text.parse().unwrap();
    time.timestamp_nanos_opt().unwrap()
}

/// 70 rows before noon, and one of 2099.
async fn server(date: &str) -> ZooServer {
    let mut times = every(60 * SECOND, 70);
    times.push(nanos("2099-01-01T00:00:00Z"));
    let server = ZooServer::start(milliseconds(), &times).await;
    server.shared().headers = vec![("date", date.to_owned())];
    server
}

#[tokio::test]
async fn a_record_of_the_future_is_delivered_once_and_new_ones_are_found_after_it() {
    // (Without any, the test server would add one.)
    for date in [NOON, "today"] {
        let server = server(date).await;
        let list = server.client().conversations().list();
        let mut stream = list.clone().stream();
        assert_eq!(read(&mut stream).await.0.len(), 71);
        let checkpoint = stream.checkpoint().to_string();

        // Nothing is new, then three are, one of them of the future as well.
        let mut again = list.clone().resume(checkpoint.parse().unwrap()).stream();
        assert!(read(&mut again).await.0.is_empty());
        // Without a usable date the local clock counts, with a day of slack.
        let created = match date {
            // Before the clock of the first list, which says nothing of when a record shows.
            NOON => nanos("2024-01-16T11:00:00Z"),
            _ => (Utc::now() - TimeDelta::hours(2))
                .timestamp_nanos_opt()
                .unwrap(),
        };
        let hour = 3_600 * SECOND;
        let new = [created, created + hour, nanos("2098-01-01T00:00:00Z")];
        for (number, time) in (100..).zip(new) {
            server.shared().model.rows.insert(number, time);
        }
        server.shared().headers = vec![("date", EVENING.to_owned())];
        let checkpoint = again.checkpoint().to_string();
        let mut third = list.clone().resume(checkpoint.parse().unwrap()).stream();
        assert_eq!(read(&mut third).await.0, [100, 101, 102], "{date}");
        let checkpoint = third.checkpoint().to_string();
        let mut fourth = list.resume(checkpoint.parse().unwrap()).stream();
        assert!(read(&mut fourth).await.0.is_empty());
        assert!(checkpoint.len() < 1024, "{checkpoint}");
    }
}

#[tokio::test]
async fn the_clock_holds_the_resume_point_back_and_moves_it_no_further() {
    let start = |checkpoint: &octocom_ext::Checkpoint| {
        let json = serde_json::to_value(checkpoint).unwrap();
        json["position"]["start"].as_str().unwrap().to_owned()
    };
    // The clock is behind the last record of the past, by an hour of them.
    let server = server("Mon, 15 Jan 2024 22:10:00 GMT").await;
    let list = server.client().conversations().list();
    let mut stream = list.clone().stream();
    assert_eq!(read(&mut stream).await.0.len(), 71);
    assert_eq!(start(&stream.checkpoint()), "2024-01-15T22:09:59.999Z");
    // A clock that steps back does not move it back.
    server.shared().headers = vec![("date", "Mon, 15 Jan 2024 22:00:00 GMT".to_owned())];
    let mut again = list.clone().resume(stream.checkpoint()).stream();
    assert!(read(&mut again).await.0.is_empty());
    assert_eq!(start(&again.checkpoint()), "2024-01-15T22:09:59.999Z");
    // An answer of a cache is as old as it says.
    server.shared().headers.push(("age", (15 * 60).to_string()));
    let mut fresh = list.stream();
    assert_eq!(read(&mut fresh).await.0.len(), 71);
    assert_eq!(start(&fresh.checkpoint()), "2024-01-15T22:14:59.999Z");
}
