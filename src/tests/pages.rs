//! What pages read: one state for all that a page shows.

use crate::realtime::log;
use crate::tests::helpers::{Engine, TestApp, on_both_engines};

on_both_engines! {
    async fn reads_of_a_page_that_overlap_see_one_state(app: TestApp) {
        let page = app.app.for_page();
        let mut first = page.read().await.expect("a read");
        let head = log::head(&mut first).await.expect("a head");
        // It asks for its turn, which the first still has.
        let mut second = std::pin::pin!(page.read());
        tokio::select! {
            biased;
            _ = &mut second => panic!("it did not wait for its turn"),
            () = std::future::ready(()) => {}
        }
        app.room("한라산").await;
        first.end().await.expect("an end");
        let mut second = second.await.expect("a read");
        assert_eq!(log::head(&mut second).await, Ok(head));
        assert_eq!(crate::rooms::server::list_all(&mut second).await.map(|rooms| rooms.len()), Ok(0));
        second.end().await.expect("an end");
        let mut third = page.read().await.expect("a read");
        assert!(log::head(&mut third).await.expect("a head") > head, "the transaction has ended with its last read");
    }

    async fn a_read_that_is_dropped_half_way_takes_its_transaction_along(app: TestApp) {
        let page = app.app.for_page();
        for _ in 0..50 {
            let dropped = page.read().await.expect("a read");
            let waiting = {
                let page = page.clone();
                tokio::spawn(async move {
                    let mut read = page.read().await.expect("a read");
                    let head = log::head(&mut read).await.expect("a head");
                    read.end().await.expect("an end");
                    head
                })
            };
            drop(dropped);
            assert_eq!(waiting.await.expect("an outcome"), app.head().await);
        }
    }
}
