//! `_entities`, by which a federated gateway asks for entities by their keys. It is resolved here: the library's own gives up
//! all entities where one fails, and tells no place of it. The keys themselves are those of `#[graphql(entity)]` in the look-ups.

use std::borrow::Cow;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Field, Selection};
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_container;
use async_graphql::{
    Any, ContainerType, Context, ContextSelectionSet, ID, InputType, Name, ObjectType, OutputType, Positioned,
    ServerResult, Value,
};

use super::entity::Entity;
use super::error::{ApiError, quoted};
use super::lookups;
use super::schema_names::type_name;
use crate::model::Kind;

/// The field under a name that the library does not look for, and that no valid document asks for.
const BY_KEY: &str = "_entitiesByKey";

/// Has each `_entities` of a normalised operation resolved by [`Federated`].
pub fn redirect(document: &mut ExecutableDocument) {
    let DocumentOperations::Single(operation) = &mut document.operations else { return };
    for item in &mut operation.node.selection_set.node.items {
        if let Selection::Field(field) = &mut item.node
            && field.node.name.node == "_entities"
        {
            let name = field.node.name.clone();
            field.node.name.node = Name::new(BY_KEY);
            field.node.alias.get_or_insert(name);
        }
    }
}

/// The root of queries, with entities by their keys.
pub struct Federated<Q>(pub Q);

impl<Q: ObjectType> OutputType for Federated<Q> {
    fn type_name() -> Cow<'static, str> {
        Q::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Q::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl<Q: ObjectType> ContainerType for Federated<Q> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        if ctx.item.node.name.node != BY_KEY {
            return self.0.resolve_field(ctx).await;
        }
        let (_, keys) = ctx.param_value::<Vec<Any>>("representations", None).map_err(|e| ctx.set_error_path(e))?;
        let found: Result<Vec<Option<Entity>>, ApiError> =
            keys.iter().enumerate().map(|(at, Any(key))| entity(ctx, at, key)).collect();
        let found = found
            .map_err(|error| ctx.set_error_path(async_graphql::Error::from(error).into_server_error(ctx.item.pos)))?;
        OutputType::resolve(&found, &ctx.with_selection_set(&ctx.item.node.selection_set), ctx.item).await.map(Some)
    }
}

impl<Q: ObjectType> ObjectType for Federated<Q> {}

/// The entity of a key, the `at`-th that was asked for; `None` when the graph has it not.
fn entity(ctx: &Context<'_>, at: usize, key: &Value) -> Result<Option<Entity>, ApiError> {
    let wrong = |why: &str| ApiError::invalid_input(format!("`representations[{at}]` : {why}"));
    let Value::Object(key) = key else { return Err(wrong("un objet est attendu, avec `__typename` et `id`.")) };
    let Some(Value::String(name)) = key.get("__typename") else { return Err(wrong("il manque `__typename`.")) };
    let kind = Kind::ENTITIES.iter().find(|kind| type_name(**kind) == name);
    let kind = kind.ok_or_else(|| wrong(&format!("« {} » n'est pas un type de fiche.", quoted(name))))?;
    let id = key.get("id").and_then(|id| ID::parse(Some(id.clone())).ok());
    let id = id.ok_or_else(|| wrong("il manque `id`, l'identifiant de la fiche."))?;
    Ok(lookups::by_key(ctx, *kind, &id).map(|found| Entity::of(ctx, found)))
}
