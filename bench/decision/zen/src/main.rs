// SPDX-License-Identifier: Apache-2.0
//! Evaluates ../table.json for some seconds: `{"per_second": …, "sum": …}`, the sum of the points of the thousand cases.
use serde_json::json;
use std::time::{Duration, Instant};
use zen_engine::model::DecisionContent;
use zen_engine::DecisionEngine;
use zen_expression::variable::Variable;

fn cases() -> Vec<Variable> {
    let tiers = ["gold", "silver", "basic"];
    (0..1000u64)
        .map(|i| json!({"tier": tiers[(i % 3) as usize], "amount": i * 37 % 30_000, "age": i * 7 % 90}).into())
        .collect()
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&words[1]).expect("the table");
    let seconds: f64 = words[2].parse().expect("seconds");
    let content: DecisionContent = serde_json::from_str(&text).expect("a decision");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let engine = DecisionEngine::default();
    let mut decision = engine.create_decision(content.into()).expect("a decision");
    decision.compile();
    runtime.block_on(async {
        let cases = cases();
        let mut sum = 0;
        for case in &cases {
            let answer = decision.evaluate(case.clone()).await.expect("an answer");
            sum += answer.result.dot("points").and_then(|p| p.as_number().map(|n| n.to_string().parse::<f64>().unwrap() as i64)).unwrap_or(0);
        }
        let until = Instant::now() + Duration::from_secs_f64(seconds);
        let began = Instant::now();
        let mut count = 0u64;
        while Instant::now() < until {
            for case in &cases {
                std::hint::black_box(decision.evaluate(case.clone()).await.expect("an answer"));
            }
            count += cases.len() as u64;
        }
        println!("{}", json!({"per_second": count as f64 / began.elapsed().as_secs_f64(), "sum": sum}));
    });
}
