//! A network that cannot be relied on: between clients and the server it cuts, delays and repeats.

use rand::RngExt;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a client sent on one connection is repeated up to this length.
const MAX_REPEATED: usize = 64 * 1024;

/// See the module.
#[derive(Clone)]
pub struct Proxy {
    pub address: SocketAddr,
    network: Arc<Mutex<Network>>,
}

struct Network {
    /// The server as it runs now.
    server: SocketAddr,
    random: StdRng,
    calm: bool,
    faults: Faults,
}

/// What has befallen connections so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// Connections that ended in the middle.
    pub cuts: u32,
    /// Times that bytes were kept waiting.
    pub delays: u32,
    /// Connections whose words the server heard, and answered, a second time.
    pub repeats: u32,
}

/// What befalls a connection.
#[derive(Clone, Copy)]
struct Fate {
    /// Cut after so many bytes of both ways.
    cut_after: usize,
    delays: bool,
    /// What the client has sent is sent again later.
    repeats: bool,
}

impl Proxy {
    pub async fn before(server: SocketAddr, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let network = Network { server, random: StdRng::seed_from_u64(seed), calm: false, faults: Faults::default() };
        let proxy = Self { address, network: Arc::new(Mutex::new(network)) };
        let accepting = proxy.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, fate) = accepting.next();
                let network = accepting.clone();
                tokio::spawn(async move { network.serve(client, server, fate).await });
            }
        });
        proxy
    }

    /// Where the server listens from now on.
    pub fn lead_to(&self, server: SocketAddr) {
        self.lock().server = server;
    }

    /// From now on everything gets through.
    pub fn calm_down(&self) {
        self.lock().calm = true;
    }

    /// What it has done so far: a test of its faults is none without them.
    pub fn faults(&self) -> Faults {
        self.lock().faults
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Network> {
        self.network.lock().expect("the network")
    }

    fn next(&self) -> (SocketAddr, Fate) {
        let mut network = self.lock();
        let stormy = !network.calm;
        let random = &mut network.random;
        let is_cut = random.random_ratio(1, 3);
        let after = random.random_range(100..12_000);
        let fate = Fate {
            cut_after: if stormy && is_cut { after } else { usize::MAX },
            delays: random.random_ratio(1, 3) && stormy,
            repeats: random.random_ratio(1, 3) && stormy,
        };
        (network.server, fate)
    }

    async fn serve(&self, client: TcpStream, address: SocketAddr, fate: Fate) {
        // Without a server, the client sees its connection closed.
        let Ok(server) = TcpStream::connect(address).await else { return };
        let said = self.relay(client, server, fate).await;
        if fate.repeats && !said.is_empty() {
            self.repeat(&said).await;
        }
    }

    /// Hands bytes on until one side ends or fate cuts; gives what the client has said.
    async fn relay(&self, mut client: TcpStream, mut server: TcpStream, fate: Fate) -> Vec<u8> {
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = server.split();
        let (mut up, mut down) = ([0; 1024], [0; 1024]);
        let mut left = fate.cut_after;
        let mut said = Vec::new();
        let mut chunks = 0_u64;
        while left > 0 {
            chunks += 1;
            if fate.delays && chunks.is_multiple_of(3) {
                self.lock().faults.delays += 1;
                // The delay is the fault that is tried, no wait for anything.
                tokio::time::sleep(Duration::from_millis(chunks % 7)).await;
            }
            let handed_on = tokio::select! {
                read = from_client.read(&mut up) => match read {
                    Ok(length @ 1..) => {
                        let length = length.min(left);
                        left -= length;
                        if said.len() + length <= MAX_REPEATED {
                            said.extend_from_slice(&up[..length]);
                        }
                        to_server.write_all(&up[..length]).await
                    }
                    _ => return said,
                },
                read = from_server.read(&mut down) => match read {
                    Ok(length @ 1..) => {
                        let length = length.min(left);
                        left -= length;
                        to_client.write_all(&down[..length]).await
                    }
                    _ => return said,
                },
            };
            if handed_on.is_err() {
                return said;
            }
        }
        self.lock().faults.cuts += 1;
        said
    }

    /// Says again what a client has said, to the server as it runs by now.
    async fn repeat(&self, said: &[u8]) {
        let server = self.lock().server;
        let Ok(mut again) = TcpStream::connect(server).await else { return };
        if again.write_all(said).await.is_ok() {
            let mut answer = [0; 1024];
            // Somebody has to hear it; an open socket would go on for ever.
            let heard = tokio::time::timeout(Duration::from_millis(200), again.read(&mut answer)).await;
            if matches!(heard, Ok(Ok(1..))) {
                self.lock().faults.repeats += 1;
            }
        }
    }
}
