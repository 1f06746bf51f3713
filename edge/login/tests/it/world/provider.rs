//! Who sends the codes in this world? Somebody who really draws and compares them, unless told to fail.

use login::provider::{CheckFailure, CodeProvider, Handle, SendFailure, Verdict};
use protocol::messages::Channel;
use protocol::{Code, Destination};

use super::{Sent, World};

impl CodeProvider for World {
    async fn send(&self, to: &Destination, channel: Channel) -> Result<Handle, SendFailure> {
        self.on_its_way().await;
        self.sends.set(self.sends.get() + 1);
        self.channels.borrow_mut().push(channel);
        if let Some(failure) = self.send_fails.get() {
            return Err(failure);
        }
        let mut sent = self.sent.borrow_mut();
        let code = format!("{:06}", 100_000 + sent.len() * 7);
        sent.push(Sent {
            code,
            to: to.clone(),
        });
        Ok(Handle::new((sent.len() - 1).to_string()))
    }

    async fn resend(
        &self,
        handle: &Handle,
        _: &Destination,
        channel: Channel,
    ) -> Result<Handle, SendFailure> {
        self.sends.set(self.sends.get() + 1);
        self.channels.borrow_mut().push(channel);
        match self.send_fails.get() {
            Some(failure) => Err(failure),
            None => Ok(handle.clone()),
        }
    }

    async fn check(
        &self,
        handle: &Handle,
        to: &Destination,
        code: &Code,
    ) -> Result<Verdict, CheckFailure> {
        self.on_its_way().await;
        self.checks.set(self.checks.get() + 1);
        if let Some(failure) = self.check_fails.get() {
            return Err(failure);
        }
        if let Some(verdict) = self.verdict.get() {
            return Ok(verdict);
        }
        let sent = self.sent.borrow();
        let sent = &sent[handle.reveal().parse::<usize>().unwrap()];
        let right = sent.code == code.reveal() && sent.to == *to;
        Ok(if right {
            Verdict::Approved
        } else {
            Verdict::Wrong(None)
        })
    }
}
