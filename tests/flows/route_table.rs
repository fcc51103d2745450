//! Every route takes the methods that its table says, and answers 405 with them to any other.

use edge_worker::ROUTES;
use flows::World;
use http::Method;

const METHODS: [Method; 8] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
    Method::TRACE,
];

/// A path of this route, of a fabric that nobody has.
pub(crate) fn path_of(pattern: &str) -> String {
    let segments = pattern.split('/').map(|segment| match segment {
        "{id}" => "aaaaaaaaaaaaaaaaaaaaaaaaaa",
        _ => segment.trim_matches(['{', '}']),
    });
    segments.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn a_method_that_a_route_does_not_take_is_answered_405_with_those_that_it_takes() {
    let world = World::new();
    for route in ROUTES {
        let taken: Vec<&Method> = route.methods().collect();
        let allow: Vec<&str> = taken.iter().map(|method| method.as_str()).collect();
        for method in METHODS {
            let path = path_of(route.path);
            let answer = world.send(method.as_str(), &path, "", &[], None).await;
            let what = format!("{method} {path}: {answer:?}");
            if taken.contains(&&method) {
                assert_ne!(answer.status, 405, "{what}");
                assert!(!answer.headers.contains_key("allow"), "{what}");
            } else {
                assert_eq!(answer.status, 405, "{what}");
                assert_eq!(answer.header("allow"), allow.join(", "), "{what}");
                assert_eq!(answer.text("code"), "method_not_allowed", "{what}");
            }
        }
    }
}
