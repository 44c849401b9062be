//! What the bot of a business works with: workflows, articles and bot rules.

use super::Business;
use crate::pagination::unfiltered_list;

unfiltered_list!(
    /// Workflows of a business: conversation flows that the bot follows.
    Workflows of Business as workflows: WorkflowQuery { business_slug },
    LIST_WORKFLOWS => list_workflows -> Workflow,
    "let mut workflows = client.business(\"acme-corp\").workflows().list().stream();
while let Some(workflow) = workflows.try_next().await? {
    println!(\"{} {}\", workflow.title, workflow.is_live);
}"
);

unfiltered_list!(
    /// Articles of a business: what the bot answers from.
    Articles of Business as articles: ArticleQuery { business_slug },
    LIST_ARTICLES => list_articles -> Article,
    "let mut articles = client.business(\"acme-corp\").articles().list().stream();
while let Some(article) = articles.try_next().await? {
    println!(\"{}\", article.title);
}"
);

unfiltered_list!(
    /// Bot rules of a business: instructions that guide the bot.
    BotRules of Business as bot_rules: BotRuleQuery { business_slug },
    LIST_BOT_RULES => list_bot_rules -> BotRule,
    "let mut rules = client.business(\"acme-corp\").bot_rules().list().stream();
while let Some(rule) = rules.try_next().await? {
    println!(\"{}: {}\", rule.title, rule.rule);
}"
);
