//! What makes the capabilities a server: configuration, database, router, middleware, jobs.

pub mod application;
pub mod clock;
pub mod config;
pub mod console;
pub mod db;
pub mod demo;
pub mod idempotency;
pub mod jobs;
pub mod middleware;
pub mod openapi;
pub mod pages;
pub mod problem;
pub mod render;
pub mod request;
pub mod state;
pub mod telemetry;
pub mod throttle;
pub mod tls;
