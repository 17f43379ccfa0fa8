//! graphql_client and cynic: typed documents against schema.graphql, asked of a server. The first argument is its address.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn post<A: DeserializeOwned>(url: &str, body: &impl Serialize) -> A {
    ureq::post(url).send_json(body).unwrap().body_mut().read_json().unwrap()
}

/// The first event of a subscription, over server-sent events.
fn first<A: DeserializeOwned>(url: &str, body: &impl Serialize) -> A {
    let response = ureq::post(url)
        .header("accept", "text/event-stream")
        .send_json(body)
        .unwrap();
    let lines = BufReader::new(response.into_body().into_reader())
        .lines()
        .map(Result::unwrap);
    let data = lines
        .into_iter()
        .find_map(|line| line.strip_prefix("data: ").map(str::to_owned))
        .unwrap();
    serde_json::from_str(&data).unwrap()
}

mod by_graphql_client {
    use super::*;
    use graphql_client::{GraphQLQuery, Response};

    type Ref = String;
    type DateTime = String;
    type PartialDate = String;

    #[derive(GraphQLQuery)]
    #[graphql(schema_path = "schema.json", query_path = "documents.graphql")]
    struct Page;

    #[derive(GraphQLQuery)]
    #[graphql(schema_path = "schema.json", query_path = "documents.graphql")]
    struct Wrong;

    #[derive(GraphQLQuery)]
    #[graphql(
        schema_path = "schema.json",
        query_path = "documents.graphql",
        response_derives = "Serialize"
    )]
    struct Ways;

    #[derive(GraphQLQuery)]
    #[graphql(schema_path = "schema.json", query_path = "documents.graphql")]
    struct Changes;

    pub fn check(url: &str) {
        let (mut ids, mut after, mut total) = (BTreeSet::new(), None, 0);
        loop {
            let answer: Response<page::ResponseData> = post(
                url,
                &Page::build_query(page::Variables {
                    first: 7,
                    after: after.take(),
                }),
            );
            let page = answer.data.unwrap().all_jobs;
            ids.extend(page.nodes.into_iter().map(|node| node.id));
            total = total.max(page.total_count);
            if !page.page_info.has_next_page {
                break;
            }
            after = page.page_info.end_cursor;
        }
        assert_eq!(ids.len() as i64, total);
        let wrong: Response<wrong::ResponseData> = post(
            url,
            &Wrong::build_query(wrong::Variables {
                ref_: "rien de tel".into(),
            }),
        );
        let extensions = wrong.errors.unwrap()[0].extensions.clone().unwrap();
        assert_eq!(extensions["code"], "UNKNOWN_REF");
        let event: Response<changes::ResponseData> = first(url, &Changes::build_query(changes::Variables));
        assert_eq!(event.data.unwrap().graph_changed.version, 1);
        let ends = ways::Variables {
            from: vec!["SVT".into()],
            to: vec!["journaliste environnemental".into()],
        };
        let body = Ways::build_query(ends);
        let raw: Value = post(url, &body);
        let typed: Response<ways::ResponseData> = post(url, &body);
        assert_eq!(serde_json::to_value(typed.data.unwrap()).unwrap(), raw["data"]);
        println!("graphql_client: {total} records page by page, error, subscription, typed answer = answer");
    }
}

mod by_cynic {
    use super::*;
    use cynic::{GraphQlResponse, QueryBuilder, SubscriptionBuilder};

    #[cynic::schema("passerelle")]
    mod schema {}

    #[derive(cynic::Scalar, Debug, Clone)]
    struct Ref(String);

    #[derive(cynic::QueryVariables, Debug)]
    struct PageVariables {
        first: i32,
        after: Option<String>,
    }

    #[derive(cynic::QueryFragment, Debug)]
    #[cynic(graphql_type = "Query", variables = "PageVariables")]
    struct Page {
        #[arguments(first: $first, after: $after)]
        all_jobs: JobConnection,
    }

    #[derive(cynic::QueryFragment, Debug)]
    struct JobConnection {
        nodes: Vec<Job>,
        page_info: PageInfo,
        total_count: i32,
    }

    #[derive(cynic::QueryFragment, Debug)]
    struct PageInfo {
        end_cursor: Option<String>,
        has_next_page: bool,
    }

    #[derive(cynic::QueryFragment, Debug)]
    struct Job {
        id: cynic::Id,
    }

    #[derive(cynic::QueryVariables, Debug)]
    struct WrongVariables {
        #[cynic(rename = "ref")]
        reference: Ref,
    }

    #[derive(cynic::QueryFragment, Debug)]
    #[cynic(graphql_type = "Query", variables = "WrongVariables")]
    struct Wrong {
        #[arguments(ref: $reference)]
        licence: Option<Licence>,
    }

    #[derive(cynic::QueryFragment, Debug)]
    struct Licence {
        #[allow(dead_code)]
        id: cynic::Id,
    }

    #[derive(cynic::QueryFragment, Debug)]
    #[cynic(graphql_type = "Subscriptions")]
    struct Changes {
        #[arguments(since: 0)]
        graph_changed: ChangeSet,
    }

    #[derive(cynic::QueryFragment, Debug)]
    struct ChangeSet {
        version: i32,
    }

    #[derive(serde::Deserialize, Debug)]
    struct Coded {
        code: String,
    }

    pub fn check(url: &str) {
        let (mut ids, mut after) = (BTreeSet::new(), None);
        let total = loop {
            let answer: GraphQlResponse<Page> = post(url, &Page::build(PageVariables { first: 7, after }));
            let page = answer.data.unwrap().all_jobs;
            ids.extend(page.nodes.into_iter().map(|node| node.id.into_inner()));
            if !page.page_info.has_next_page {
                break page.total_count;
            }
            after = page.page_info.end_cursor;
        };
        assert_eq!(ids.len(), total as usize);
        let wrong: GraphQlResponse<Wrong, Coded> = post(
            url,
            &Wrong::build(WrongVariables {
                reference: Ref("rien de tel".into()),
            }),
        );
        assert!(wrong.data.unwrap().licence.is_none());
        assert_eq!(
            wrong.errors.unwrap()[0].extensions.as_ref().unwrap().code,
            "UNKNOWN_REF"
        );
        let event: GraphQlResponse<Changes> = first(url, &Changes::build(()));
        assert_eq!(event.data.unwrap().graph_changed.version, 1);
        let raw: Value = post(url, &json!({ "query": "{ allJobs(first: 100) { nodes { id } } }" }));
        let all: BTreeSet<String> = raw["data"]["allJobs"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids, all);
        println!("cynic: {total} records page by page, error, subscription, typed answer = answer");
    }
}

fn main() {
    let url = std::env::args().nth(1).expect("the address of a server");
    by_graphql_client::check(&url);
    by_cynic::check(&url);
}
