//! Lists the slugs of all businesses that the key belongs to.

use octocom_api::{ApiKey, BaseUrl, Client};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = ApiKey::new(std::env::var("OCTOCOM_API_KEY")?)?;
    let client = Client::direct(&BaseUrl::production()?, Some(key))?;
    for business in &client.list_businesses().await?.data {
        println!("{}", business.slug);
    }
    Ok(())
}
