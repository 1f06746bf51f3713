//! How are applications and templates made, changed and listed?

use serde_json::json;

use crate::application::Application;
use crate::errors::ApiError;
use crate::fields::overlaid;
use crate::operation::Target;
use crate::reply::Reply;
use crate::request::Request;
use crate::state::{World, new_id};
use crate::template::{Content, Template};

impl World {
    pub(crate) fn create_application(&mut self, request: &Request) -> Result<Reply, ApiError> {
        let application = Application::read(&new_id(), request.body()?)?;
        let reply = Reply::new(self.switches().create_status, &application);
        self.applications.push(application);
        Ok(reply)
    }

    pub(crate) fn update_application(
        &mut self,
        target: &Target,
        request: &Request,
    ) -> Result<Reply, ApiError> {
        let id = &target.application_id;
        let old = self.application(id)?;
        let mut base = if self.switches().update_merges {
            json!(old)
        } else {
            json!({})
        };
        // The name is required of an update, too.
        base["name"] = json!(null);
        let application = Application::read(id, Some(&overlaid(base, request.body()?)))?;
        let reply = Reply::ok(&application);
        let mut all = self.applications.iter_mut();
        if let Some(old) = all.find(|old| old.application_id == *id) {
            *old = application;
        }
        Ok(reply)
    }

    pub(crate) fn list_templates(&self, target: &Target) -> Result<Reply, ApiError> {
        let application = self.application(&target.application_id)?;
        let all = self.templates.iter();
        let of_application = all.filter(|it| it.application_id == application.application_id);
        Ok(Reply::ok(of_application.collect::<Vec<_>>()))
    }

    pub(crate) fn get_template(&self, target: &Target) -> Result<Reply, ApiError> {
        self.application(&target.application_id)?;
        self.template(&target.application_id, &target.message_id)
            .map(Reply::ok)
    }

    pub(crate) fn create_template(
        &mut self,
        target: &Target,
        request: &Request,
    ) -> Result<Reply, ApiError> {
        self.application(&target.application_id)?;
        let ids = (target.application_id.as_str(), &*new_id());
        let template = Template::read_phone(ids, request.body()?, self.switches())?;
        Ok(self.keep(template))
    }

    pub(crate) fn create_email_template(
        &mut self,
        target: &Target,
        request: &Request,
    ) -> Result<Reply, ApiError> {
        self.application(&target.application_id)?;
        let ids = (target.application_id.as_str(), &*new_id());
        let template = Template::read_email(ids, request.body()?, self.switches())?;
        Ok(self.keep(template))
    }

    /// Every field of an update is optional, so what is left out stays.
    pub(crate) fn update_template(
        &mut self,
        target: &Target,
        request: &Request,
    ) -> Result<Reply, ApiError> {
        let ids = (target.application_id.as_str(), target.message_id.as_str());
        let old = self.template(ids.0, ids.1)?;
        let Content::Phone(_) = &old.content else {
            return Err(ApiError::NotFound);
        };
        let body = overlaid(json!(old), request.body()?);
        let template = Template::read_phone(ids, Some(&body), self.switches())?;
        Ok(self.keep(template))
    }

    pub(crate) fn update_email_template(
        &mut self,
        target: &Target,
        request: &Request,
    ) -> Result<Reply, ApiError> {
        let ids = (target.application_id.as_str(), target.message_id.as_str());
        let old = self.template(ids.0, ids.1)?;
        let Content::Email(_) = &old.content else {
            return Err(ApiError::NotFound);
        };
        let body = overlaid(json!(old), request.body()?);
        let template = Template::read_email(ids, Some(&body), self.switches())?;
        Ok(self.keep(template))
    }

    /// Stores a template, in the place of the one with its id if there is one.
    fn keep(&mut self, template: Template) -> Reply {
        let reply = Reply::ok(&template);
        let mut all = self.templates.iter_mut();
        match all.find(|old| old.message_id == template.message_id) {
            Some(old) => *old = template,
            None => self.templates.push(template),
        }
        reply
    }
}
