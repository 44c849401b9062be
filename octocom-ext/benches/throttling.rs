//! Calls against servers that limit them, in virtual time: the limiter and the retry policy are the
//! real ones, the network is a model.

use octocom_ext::measuring::throttling;

fn main() {
    println!(
        "| scenario | calls | succeeded | requests | refused | after 2 s | seconds | ideal | ratio |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for figures in throttling() {
        println!(
            "| {} | {} | {} | {} | {} | {:.1} % | {:.1} | {:.1} | {:.2} |",
            figures.scenario,
            figures.calls,
            figures.succeeded,
            figures.requests,
            figures.refused,
            figures.refused_later * 100.0,
            figures.seconds,
            figures.ideal,
            figures.seconds / figures.ideal,
        );
    }
}
