//! The sound server of a Linux desktop, asked over its own socket: PulseAudio's protocol, which PipeWire speaks, too. No
//! library of either is needed.

use std::ffi::{CStr, CString};
use std::io::{BufReader, Read};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use pulseaudio::protocol::port_info::{PortAvailable, PortInfo, PortType};
use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    AuthParams, AuthReply, ChannelMap, Command, CommandReply, CreateRecordStreamReply,
    MAX_MEMBLOCKQ_LENGTH, MAX_VERSION, Prop, Props, ProtocolError, PulseError, RecordStreamParams,
    SampleFormat, SampleSpec, ServerInfo, SetClientNameReply, SinkInfoList, SourceInfoList,
    read_descriptor, read_reply_message, write_command_message,
};

use super::device::ServerRow;
use super::sys::linux::sound_server;

/// How long one answer may take. A server that hangs must not hold up the inventory.
const ANSWER: Duration = Duration::from_millis(1_500);
/// How long the first sound may take: a sleeping device wakes, and software sources hand over up to two seconds at once.
const WAKE: Duration = Duration::from_secs(4);
/// Samples a second that are asked for; the server converts.
const RATE: u32 = 48_000;

/// A connection.
pub(super) struct SoundServer {
    socket: BufReader<UnixStream>,
    version: u16,
}

impl SoundServer {
    /// Connects. None where no server listens.
    pub(super) fn connect() -> Option<Result<Self, ProtocolError>> {
        let path = sound_server()?;
        Some(Self::introduce(&path))
    }

    fn introduce(path: &std::path::Path) -> Result<Self, ProtocolError> {
        let socket = UnixStream::connect(path)?;
        socket.set_read_timeout(Some(ANSWER))?;
        socket.set_write_timeout(Some(ANSWER))?;
        let mut server = Self {
            socket: BufReader::new(socket),
            version: MAX_VERSION,
        };
        let cookie = pulseaudio::cookie_path_from_env()
            .and_then(|path| std::fs::read(path).ok())
            .unwrap_or_default();
        let auth: AuthReply = server.ask(&Command::Auth(AuthParams {
            version: MAX_VERSION,
            supports_shm: false,
            supports_memfd: false,
            cookie,
        }))?;
        server.version = auth.version.min(MAX_VERSION);
        let mut props = Props::new();
        props.set(Prop::ApplicationName, c"meetready");
        let _: SetClientNameReply = server.ask(&Command::SetClientName(props))?;
        Ok(server)
    }

    fn ask<T: CommandReply>(&mut self, command: &Command) -> Result<T, ProtocolError> {
        write_command_message(self.socket.get_mut(), 0, command, self.version)?;
        read_reply_message(&mut self.socket, self.version).map(|(_, reply)| reply)
    }

    /// Its microphones, the monitors of speakers among them.
    pub(super) fn sources(&mut self) -> Result<Vec<ServerRow>, ProtocolError> {
        let default = self.ask::<ServerInfo>(&Command::GetServerInfo)?;
        let default = default.default_source_name;
        let sources: SourceInfoList = self.ask(&Command::GetSourceInfoList)?;
        Ok(sources
            .into_iter()
            .map(|source| ServerRow {
                is_default: default.as_ref() == Some(&source.name),
                is_monitor: source.monitor_of_sink_index.is_some()
                    || prop(&source.props, c"device.class").as_deref() == Some("monitor"),
                muted: source.muted,
                ..row(
                    &source.name,
                    source.description.as_deref(),
                    &source.props,
                    source.ports.get(source.active_port),
                )
            })
            .collect())
    }

    /// Its speakers.
    pub(super) fn sinks(&mut self) -> Result<Vec<ServerRow>, ProtocolError> {
        let default = self.ask::<ServerInfo>(&Command::GetServerInfo)?;
        let default = default.default_sink_name;
        let sinks: SinkInfoList = self.ask(&Command::GetSinkInfoList)?;
        Ok(sinks
            .into_iter()
            .map(|sink| ServerRow {
                is_default: default.as_ref() == Some(&sink.name),
                muted: sink.muted,
                ..row(
                    &sink.name,
                    sink.description.as_deref(),
                    &sink.props,
                    sink.ports.get(sink.active_port),
                )
            })
            .collect())
    }

    /// Records from one source for a while and hands over each block of 32-bit floating point samples.
    pub(super) fn record(
        mut self,
        source: &str,
        length: Duration,
        mut block: impl FnMut(&[u8]),
    ) -> Result<(), ProtocolError> {
        let name = CString::new(source)
            .map_err(|_| ProtocolError::Invalid("a name with a zero in it".to_owned()))?;
        let sample_spec = SampleSpec {
            format: SampleFormat::Float32Le,
            channels: 1,
            sample_rate: RATE,
        };
        let mut props = Props::new();
        props.set(Prop::MediaName, c"meetready");
        let _: CreateRecordStreamReply =
            self.ask(&Command::CreateRecordStream(RecordStreamParams {
                sample_spec,
                channel_map: ChannelMap::mono(),
                source_name: Some(name),
                buffer_attr: BufferAttr {
                    // A tenth of a second; left to itself the server collects two seconds before it sends any.
                    fragment_size: RATE * 4 / 10,
                    ..BufferAttr::default()
                },
                flags: StreamFlags {
                    // Another microphone in its place would prove nothing about this one.
                    no_move: true,
                    adjust_latency: true,
                    ..StreamFlags::default()
                },
                props,
                ..RecordStreamParams::default()
            }))?;
        self.socket.get_ref().set_read_timeout(Some(WAKE))?;
        let until = Instant::now() + length + WAKE;
        let mut left = sample_spec_bytes(length);
        let mut buffer = Vec::new();
        while left > 0 && Instant::now() < until {
            let message = read_descriptor(&mut self.socket)?;
            let size = usize::try_from(message.length).unwrap_or(usize::MAX);
            if size > MAX_MEMBLOCKQ_LENGTH {
                return Err(ProtocolError::Invalid("a message too long".to_owned()));
            }
            buffer.resize(size, 0);
            self.socket.read_exact(&mut buffer)?;
            // Messages without a channel are news about the stream, such as its start.
            if message.channel != u32::MAX {
                let wanted = buffer.len().min(left);
                block(buffer.get(..wanted).unwrap_or_default());
                left -= wanted;
            }
        }
        Ok(())
    }
}

/// Bytes of a recording of that length.
fn sample_spec_bytes(length: Duration) -> usize {
    let samples = length.as_millis() * u128::from(RATE) / 1_000;
    usize::try_from(samples * 4).unwrap_or(usize::MAX)
}

fn prop(props: &Props, key: &CStr) -> Option<String> {
    let bytes = props.get_bytes(key)?;
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches('\0').trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn row(
    name: &CStr,
    description: Option<&CStr>,
    props: &Props,
    port: Option<&PortInfo>,
) -> ServerRow {
    let text = |t: &CStr| t.to_string_lossy().into_owned();
    ServerRow {
        name: text(name),
        description: description.map_or_else(|| text(name), text),
        bus: prop(props, c"device.bus"),
        api: prop(props, c"device.api"),
        card: prop(props, c"alsa.card_name").or_else(|| prop(props, c"api.alsa.card.name")),
        profile: prop(props, c"bluetooth.protocol").or_else(|| prop(props, c"api.bluez5.profile")),
        vendor_id: prop(props, c"device.vendor.id"),
        product_id: prop(props, c"device.product.id"),
        is_hdmi: port.is_some_and(|p| p.port_type == PortType::Hdmi)
            || text(name).contains("hdmi-"),
        plugged: port.and_then(|p| match p.available {
            PortAvailable::Yes => Some(true),
            PortAvailable::No => Some(false),
            PortAvailable::Unknown => None,
        }),
        ..ServerRow::default()
    }
}

/// The server refused, rather than failed.
pub(super) fn is_refusal(error: &ProtocolError) -> bool {
    match error {
        ProtocolError::ServerError(code) => {
            matches!(code, PulseError::AccessDenied | PulseError::AuthKey)
        }
        ProtocolError::Io(e) => e.kind() == std::io::ErrorKind::PermissionDenied,
        _ => false,
    }
}
