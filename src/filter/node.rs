//! Expressions as written, and the order in which they are evaluated.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use super::condition::Condition;
use super::key::Key;
use super::prefixes::{Prefixes, Relation};
use crate::element::Element;
use crate::error::Result;
use crate::rib::PrefixSet;

/// From this many prefixes on, joined by *or*, they are one set.
const SET: usize = 4;

/// A key and its value.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub(super) key: &'static Key,
    pub(super) condition: Condition,
}

impl PartialEq for Test {
    fn eq(&self, other: &Self) -> bool {
        self.key.name == other.key.name && self.condition == other.condition
    }
}

impl Eq for Test {}

/// An expression. Two that are written alike but for parentheses without effect are equal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Node {
    /// Every element.
    All,
    Test(Test),
    /// The operand is not a negation.
    Not(Box<Node>),
    /// Of two or more, none of them `All` or a conjunction.
    And(Vec<Node>),
    /// Of two or more, none of them a disjunction.
    Or(Vec<Node>),
}

impl Node {
    /// Every test in it, in the order of the text.
    pub(super) fn each_test<'n>(&'n self, each: &mut impl FnMut(&'n Test)) {
        match self {
            Self::All => {}
            Self::Test(test) => each(test),
            Self::Not(node) => node.each_test(each),
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().for_each(|node| node.each_test(each)),
        }
    }

    pub(super) fn not(node: Self) -> Self {
        match node {
            Self::Not(node) => *node,
            node => Self::Not(Box::new(node)),
        }
    }

    pub(super) fn and(nodes: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Vec::new();
        for node in nodes {
            match node {
                Self::All => {}
                Self::And(nodes) => all.extend(nodes),
                node => all.push(node),
            }
        }
        match all.len() {
            0 | 1 => all.pop().unwrap_or(Self::All),
            _ => Self::And(all),
        }
    }

    pub(super) fn or(nodes: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Vec::new();
        for node in nodes {
            match node {
                Self::Or(nodes) => all.extend(nodes),
                node => all.push(node),
            }
        }
        match all.len() {
            0 | 1 => all.pop().unwrap_or_else(|| Self::not(Self::All)),
            _ => Self::Or(all),
        }
    }

    fn fmt_grouped(&self, f: &mut fmt::Formatter<'_>, grouped: bool) -> fmt::Result {
        if grouped { write!(f, "({self})") } else { fmt::Display::fmt(self, f) }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Test(test) => fmt::Display::fmt(test, f),
            Self::Not(node) => {
                f.write_str("not ")?;
                node.fmt_grouped(f, matches!(**node, Self::And(_) | Self::Or(_)))
            }
            Self::And(nodes) => {
                for (i, node) in nodes.iter().enumerate() {
                    f.write_str(if i > 0 { " and " } else { "" })?;
                    node.fmt_grouped(f, matches!(node, Self::Or(_)))?;
                }
                Ok(())
            }
            Self::Or(nodes) => {
                for (i, node) in nodes.iter().enumerate() {
                    f.write_str(if i > 0 { " or " } else { "" })?;
                    fmt::Display::fmt(node, f)?;
                }
                Ok(())
            }
        }
    }
}

/// Whether a character may stand in a value without quotes.
pub(super) fn is_bare(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '(' | ')' | '\'' | '"')
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = alloc::format!("{}", self.condition);
        write!(f, "{} ", self.key.name)?;
        if !value.is_empty() && value.chars().all(is_bare) {
            return f.write_str(&value);
        }
        f.write_char('\'')?;
        for c in value.chars() {
            f.write_str(if c == '\'' { "'" } else { "" })?;
            f.write_char(c)?;
        }
        f.write_char('\'')
    }
}

/// An expression in the order of evaluation: the cheap conditions first.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    Always,
    Test(Condition),
    Not(Box<Plan>),
    All(Vec<Plan>),
    Any(Vec<Plan>),
}

/// A plan and its cost.
type Costly = (u32, Plan);

impl Plan {
    pub(super) fn of(node: &Node) -> Self {
        Self::costly(node).1
    }

    fn costly(node: &Node) -> Costly {
        match node {
            Node::All => (0, Self::Always),
            Node::Test(test) => (u32::from(test.key.cost), Self::Test(test.condition.clone())),
            Node::Not(node) => {
                let (cost, plan) = Self::costly(node);
                (cost, Self::Not(Box::new(plan)))
            }
            Node::And(nodes) => {
                let (cost, plans) = Self::sorted(nodes.iter().map(Self::costly).collect());
                (cost, Self::All(plans))
            }
            Node::Or(nodes) => {
                let (cost, plans) = Self::sorted(joined(nodes));
                (cost, Self::Any(plans))
            }
        }
    }

    fn sorted(mut plans: Vec<Costly>) -> (u32, Vec<Self>) {
        plans.sort_by_key(|(cost, _)| *cost);
        let cost = plans.iter().fold(0u32, |sum, (cost, _)| sum.saturating_add(*cost));
        (cost, plans.into_iter().map(|(_, plan)| plan).collect())
    }

    /// Whether an element matches. A value that cannot be read is an error only if the answer depends on it, whatever the order.
    pub(super) fn judge(&self, element: &Element<'_>) -> Result<bool> {
        match self {
            Self::Always => Ok(true),
            Self::Test(condition) => condition.judge(element),
            Self::Not(plan) => plan.judge(element).map(|matches| !matches),
            Self::All(plans) => decided(plans, false, element),
            Self::Any(plans) => decided(plans, true, element),
        }
    }
}

/// Evaluates until one of the plans gives `decisive`.
#[inline]
pub(super) fn decided<'p>(plans: impl IntoIterator<Item = &'p Plan>, decisive: bool, element: &Element<'_>) -> Result<bool> {
    let mut open = Ok(!decisive);
    for plan in plans {
        match plan.judge(element) {
            Ok(matches) if matches == decisive => return Ok(decisive),
            Ok(_) => {}
            Err(e) => open = open.and(Err(e)),
        }
    }
    open
}

/// What is known before an element is decoded.
pub(super) trait Facts {
    /// Whether every element of which this is known meets a condition; `None` if that is not certain, or there may be an error.
    fn answer(&self, condition: &Condition) -> Option<bool>;
}

impl Plan {
    /// Whether every element of which this is known matches: if certain, [`Plan::judge`] gives the same for all of them.
    #[inline]
    pub(super) fn answer(&self, facts: &impl Facts) -> Option<bool> {
        match self {
            Self::Always => Some(true),
            Self::Test(condition) => facts.answer(condition),
            Self::Not(plan) => plan.answer(facts).map(|matches| !matches),
            Self::All(plans) => answered(plans, false, facts),
            Self::Any(plans) => answered(plans, true, facts),
        }
    }

    /// The plans that the answer is made of, and which answer of one of them decides.
    #[inline]
    pub(super) fn terms(&self) -> (&[Self], bool) {
        match self {
            Self::All(plans) => (plans, false),
            Self::Any(plans) => (plans, true),
            plan => (core::slice::from_ref(plan), false),
        }
    }

    /// Whether a condition satisfies `is`.
    pub(super) fn has(&self, is: &dyn Fn(&Condition) -> bool) -> bool {
        match self {
            Self::Always => false,
            Self::Test(condition) => is(condition),
            Self::Not(plan) => plan.has(is),
            Self::All(plans) | Self::Any(plans) => plans.iter().any(|plan| plan.has(is)),
        }
    }
}

fn answered(plans: &[Plan], decisive: bool, facts: &impl Facts) -> Option<bool> {
    let mut answer = Some(!decisive);
    for plan in plans {
        match plan.answer(facts) {
            Some(matches) if matches == decisive => return Some(decisive),
            Some(_) => {}
            None => answer = None,
        }
    }
    answer
}

/// The plans of a disjunction, in which many prefixes are one set.
fn joined(nodes: &[Node]) -> Vec<Costly> {
    let mut plans = Vec::new();
    let mut several: [(Relation, u32, Vec<_>); 3] =
        [Relation::Exact, Relation::MoreSpecific, Relation::LessSpecific].map(|relation| (relation, 0, Vec::new()));
    for node in nodes {
        if let Node::Test(Test { key, condition: Condition::Prefix(relation, Prefixes::One(prefix)) }) = node
            && let Some((_, cost, prefixes)) = several.iter_mut().find(|(known, ..)| known == relation)
        {
            *cost = u32::from(key.cost);
            prefixes.push(*prefix);
        } else {
            plans.push(Plan::costly(node));
        }
    }
    for (relation, cost, prefixes) in several {
        let plan = |prefixes| (cost, Plan::Test(Condition::Prefix(relation, prefixes)));
        if prefixes.len() < SET {
            plans.extend(prefixes.into_iter().map(|prefix| plan(Prefixes::One(prefix))));
        } else {
            plans.push(plan(Prefixes::Set(Arc::new(prefixes.into_iter().collect::<PrefixSet>()))));
        }
    }
    plans
}
