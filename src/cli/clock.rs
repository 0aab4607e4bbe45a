//! The one place where the time is read.

use super::error::CommandError;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The moment at which a command runs.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    pub(super) now: Timestamp,
    pub(super) zone: TimeZone,
    /// Whether it stands still, as `OWED_NOW` has it.
    pub(super) is_fixed: bool,
}

impl Clock {
    /// The time of the machine; or that of `OWED_NOW`, such as `2025-05-08T12:00:00Z`, which tests
    /// and scripts set so that a run can be had again.
    pub(super) fn read() -> Result<Self, CommandError> {
        let Some(fixed) = std::env::var_os("OWED_NOW") else {
            return Ok(Self {
                now: Timestamp::now(),
                zone: TimeZone::system(),
                is_fixed: false,
            });
        };
        let fixed = fixed.to_string_lossy();
        let now = fixed.parse().map_err(|_| {
            CommandError::user(format!("OWED_NOW is `{fixed}`, which is no time"))
                .hint("write it as 2025-05-08T12:00:00Z, or leave it unset")
        })?;
        Ok(Self {
            now,
            zone: TimeZone::UTC,
            is_fixed: true,
        })
    }

    /// What time it is by now, for what takes its time.
    pub(super) fn moment() -> Timestamp {
        Timestamp::now()
    }

    /// The moment at which it is asked, for what runs on; a fixed time stands still.
    pub(super) fn later(&self) -> Timestamp {
        if self.is_fixed {
            self.now
        } else {
            Timestamp::now()
        }
    }

    /// The day, where the machine is.
    pub(super) fn today(&self) -> Date {
        self.zone.to_datetime(self.now).date()
    }
}

/// Reads a date of the command line.
pub(super) fn parse_date(flag: &str, text: &str) -> Result<Date, CommandError> {
    let is_shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let wrong = |why: &str| {
        CommandError::user(format!("{flag} is `{text}`, which is {why}"))
            .hint(format!("write a date as YYYY-MM-DD: {flag} 2025-04-24"))
    };
    if !is_shaped {
        return Err(wrong("not written as a date"));
    }
    text.parse().map_err(|_| wrong("not in the calendar"))
}

#[cfg(test)]
mod tests {
    use super::parse_date;
    use jiff::civil::date;

    #[test]
    fn dates_have_one_form() {
        assert_eq!(
            parse_date("--since", "2025-04-24").ok(),
            Some(date(2025, 4, 24))
        );
        for text in [
            "24.4.2025",
            "2025-4-24",
            "2025-02-30",
            "20250424",
            "2025-04-24T00",
            "today",
            "",
        ] {
            let error = parse_date("--since", text).expect_err(text);
            assert_eq!(error.hints.len(), 1);
        }
    }
}
