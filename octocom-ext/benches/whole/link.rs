//! A link between client and server that is slower than the loopback.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Time from one end to the other: half of a round trip.
const ONE_WAY: Duration = Duration::from_millis(20);
/// Bits a second, in each direction, of all connections together.
const BITS_PER_SECOND: f64 = 10e6;
/// Bytes of a packet.
const PACKET: usize = 1460;
/// Packets that a connection has under way at most: 64 KiB, the window of TCP without scaling.
const WINDOW: usize = 45;

/// The time at which a direction has sent all that it was given.
type Line = Arc<Mutex<Instant>>;

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn run(server: &str) -> Result<()> {
    let server = server.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    let (up, down) = (line(), line());
    loop {
        let (client, _) = listener.accept().await?;
        let server = TcpStream::connect(&server).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        carry(from_client, to_server, &up);
        carry(from_server, to_client, &down);
    }
}

fn line() -> Line {
    Arc::new(Mutex::new(Instant::now()))
}

/// Carries packets in one direction until its end.
fn carry(
    mut from: impl AsyncRead + Unpin + Send + 'static,
    mut to: impl AsyncWrite + Unpin + Send + 'static,
    line: &Line,
) {
    let (sender, mut receiver) = mpsc::channel::<(Instant, Vec<u8>)>(WINDOW);
    let line = Arc::clone(line);
    tokio::spawn(async move {
        loop {
            let mut packet = vec![0; PACKET];
            let Ok(length @ 1..) = from.read(&mut packet).await else {
                return;
            };
            packet.truncate(length);
            let time = Duration::from_secs_f64(length as f64 * 8.0 / BITS_PER_SECOND);
            let sent = {
                let mut free = line.lock().unwrap_or_else(PoisonError::into_inner);
                *free = (*free).max(Instant::now()) + time;
                *free
            };
            if sender.send((sent + ONE_WAY, packet)).await.is_err() {
                return;
            }
        }
    });
    tokio::spawn(async move {
        let mut due = VecDeque::new();
        while let Some((at, packet)) = receiver.recv().await {
            // The timer counts in milliseconds; what is due at about the same time goes together.
            due.push_back(packet);
            tokio::time::sleep_until(at).await;
            while let Some(packet) = due.pop_front() {
                if to.write_all(&packet).await.is_err() {
                    return;
                }
            }
        }
        // The other end has closed; a failure says that this one has too.
        let _ = to.shutdown().await;
    });
}
