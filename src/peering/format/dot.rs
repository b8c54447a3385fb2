//! One network and its neighbours as a graph for Graphviz.

use alloc::format;
use alloc::string::String;

use super::super::relations::{Relation, Relations};

impl Relations {
    /// Writes a network and its neighbours in DOT: providers above, peers beside, customers below; links that are not firm are
    /// dashed if there is evidence. `None` if the network has no link.
    pub fn write_dot(&self, asn: u32) -> Option<String> {
        let mut nodes: [String; 3] = Default::default();
        let mut edges = String::new();
        for link in self.iter().filter(|link| link.lower == asn || link.higher == asn) {
            let other = if link.lower == asn { link.higher } else { link.lower };
            let style = if link.evidence.is_some() && !link.is_firm() { ", style=dashed" } else { "" };
            let (rank, from, to, head) = match link.relation {
                Relation::Transit { provider, customer } => (if provider == other { 0 } else { 2 }, provider, customer, "normal"),
                Relation::Peer => (1, asn, other, "none"),
            };
            if let Some(list) = nodes.get_mut(rank) {
                list.push_str(&format!(" {other};"));
            }
            let peer = if rank == 1 { ", constraint=false" } else { "" };
            edges.push_str(&format!("  {from} -> {to} [arrowhead={head}{peer}{style}];\n"));
        }
        if edges.is_empty() {
            return None;
        }
        let [providers, peers, customers] = nodes;
        let mut out = format!("digraph \"AS{asn}\" {{\n  rankdir=TB;\n  node [shape=box];\n  {asn} [style=bold];\n");
        for (rank, list) in
            [("min", providers), ("same", if peers.is_empty() { peers } else { format!(" {asn};{peers}") }), ("max", customers)]
        {
            if !list.is_empty() {
                out.push_str(&format!("  {{ rank={rank};{list} }}\n"));
            }
        }
        out.push_str(&edges);
        out.push_str("}\n");
        Some(out)
    }
}
