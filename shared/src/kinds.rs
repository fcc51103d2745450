//! Hedgehog's kinds and the folders of `managed/` that hold them, as data.
//!
//! Source: the CRDs of Hedgehog's fabric (`vpc`, `wiring` and `gateway` groups); the order is the one in which
//! references between objects resolve.

/// A kind of object that a person keeps in a fabric's repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The API group and version, as in `apiVersion`.
    pub api_version: &'static str,
    /// The kind, as in `kind`.
    pub name: &'static str,
    /// The folder below `managed/`.
    pub folder: &'static str,
    /// What a network engineer keeps there, in a few words.
    pub purpose: &'static str,
    /// Whether the standard layout has the folder, or only the layout with all kinds.
    pub standard: bool,
}

const VPC: &str = "vpc.githedgehog.com/v1beta1";
const WIRING: &str = "wiring.githedgehog.com/v1beta1";
const GATEWAY: &str = "gateway.githedgehog.com/v1alpha1";

/// Every kind with a folder, in the order in which references resolve: what others name comes first.
pub const KINDS: [Kind; 15] = [
    kind(
        WIRING,
        "SwitchGroup",
        "switch-groups",
        "switches that act together, such as an ESLAG pair",
        true,
    ),
    kind(
        WIRING,
        "VLANNamespace",
        "vlan-namespaces",
        "ranges of VLAN ids that VPCs draw from",
        false,
    ),
    kind(
        VPC,
        "IPv4Namespace",
        "ipv4-namespaces",
        "address ranges that VPC subnets draw from",
        false,
    ),
    kind(
        GATEWAY,
        "GatewayGroup",
        "gateway-groups",
        "gateways that take over for each other",
        false,
    ),
    kind(
        WIRING,
        "Switch",
        "switches",
        "one switch each: role, profile, addresses",
        true,
    ),
    kind(
        WIRING,
        "Server",
        "servers",
        "one server each, as connections name it",
        true,
    ),
    kind(
        VPC,
        "VPC",
        "vpcs",
        "one VPC each: subnets, VLANs, DHCP",
        true,
    ),
    kind(
        VPC,
        "External",
        "externals",
        "networks outside the fabric",
        false,
    ),
    kind(
        WIRING,
        "Connection",
        "connections",
        "cables: which port goes to which",
        true,
    ),
    kind(
        VPC,
        "VPCAttachment",
        "vpc-attachments",
        "which connection carries which VPC subnet",
        false,
    ),
    kind(
        VPC,
        "ExternalAttachment",
        "external-attachments",
        "how an external is reached",
        false,
    ),
    kind(
        GATEWAY,
        "Gateway",
        "gateways",
        "one gateway node each",
        false,
    ),
    kind(
        VPC,
        "VPCPeering",
        "vpc-peerings",
        "which VPCs may talk to each other",
        false,
    ),
    kind(
        VPC,
        "ExternalPeering",
        "external-peerings",
        "which VPC reaches which external prefixes",
        false,
    ),
    kind(
        GATEWAY,
        "GatewayPeering",
        "gateway-peerings",
        "peerings that pass through a gateway",
        false,
    ),
];

const fn kind(
    api_version: &'static str,
    name: &'static str,
    folder: &'static str,
    purpose: &'static str,
    standard: bool,
) -> Kind {
    Kind {
        api_version,
        name,
        folder,
        purpose,
        standard,
    }
}
