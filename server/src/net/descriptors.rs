//! The system's limit on descriptors. A connection takes one, and so does every file: connections must leave some for
//! the data, or nothing could be read or written any more.

use crate::net::limits::Limits;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that connections must leave free: for the data's files on each of its connections, temporary files,
/// the log, the listeners, and readers of metrics.
const RESERVE: usize = 96;
/// Fewest connections to serve, however few descriptors there are.
const CONNECTIONS_MIN: usize = 16;
/// Fewest sources that it takes to use up all connections.
const SOURCES_MIN: usize = 4;

/// Raises the limit on descriptors as far as possible, and fits the connections into what is left of it.
pub fn fit(limits: Limits) -> Limits {
    let allowed = raise();
    let fitted = fit_into(allowed, limits.clone());
    if fitted.connections < limits.connections {
        tracing::warn!(
            descriptors = allowed,
            connections = fitted.connections,
            connections_per_source = fitted.connections_per_source,
            "the system allows few descriptors (ulimit -n, LimitNOFILE=), so fewer connections are served at once"
        );
    }
    fitted
}

/// Raises the soft limit to the hard one. A limit that cannot be raised stays.
fn raise() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised =
        current != maximum && setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok();
    let allowed = if raised { maximum } else { current };
    // `None` means no limit at all.
    allowed.map_or(usize::MAX, |allowed| usize::try_from(allowed).unwrap_or(usize::MAX))
}

fn fit_into(allowed: usize, limits: Limits) -> Limits {
    let left = allowed.saturating_sub(RESERVE).max(CONNECTIONS_MIN);
    if left >= limits.connections {
        return limits;
    }
    let connections_per_source = limits.connections_per_source.min((left / SOURCES_MIN).max(1));
    Limits { connections: left, connections_per_source, ..limits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_the_data_and_for_others() {
        let fitted = |allowed| {
            let limits = fit_into(allowed, Limits::default());
            (limits.connections, limits.connections_per_source)
        };
        assert_eq!(fitted(usize::MAX), (4_096, 256));
        assert_eq!(fitted(4_096 + RESERVE), (4_096, 256));
        assert_eq!(fitted(1_024), (928, 232));
        assert_eq!(fitted(256), (160, 40));
        assert_eq!(fitted(0), (16, 4));
    }
}
