// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
internal import PlugIns
public import Security
internal import Transport
public import Wire

/// Why a connection cannot authenticate.
struct SetupFailure: Error {
    var status: UInt32
    /// One line for people.
    var text: String
}

/// Makes the mechanism that a binding asks for. Where that is or may be Kerberos, its ticket comes first, which takes its
/// time in the loop.
final class MechanismSetup {
    private let loop: OpaquePointer
    private let binding: ServerBinding
    private let credentials: ClientCredentials
    private var tickets: TicketRequest?
    /// What a plugged-in mechanism waits for.
    private var pending: PendingStep?
    private var completed: ((Result<any SecurityMechanism, SetupFailure>) -> Void)?

    init(
        loop: OpaquePointer, binding: ServerBinding, credentials: ClientCredentials,
        completed: @escaping (Result<any SecurityMechanism, SetupFailure>) -> Void
    ) {
        self.loop = loop
        self.binding = binding
        self.credentials = credentials
        self.completed = completed
    }

    /// `completed` may run before this returns.
    func start() {
        if let plugIn = credentials.plugIn { return begin(plugIn) }
        if binding.flags.contains(.schannel) { return finish(schannel()) }
        guard wantsKerberos else { return finish(negotiable(nil)) }
        guard let kerberos = credentials.kerberos else {
            return kerberosFailed(KerberosFailure(.noCredentials, "the credentials have nothing for Kerberos"))
        }
        do throws(KerberosFailure) {
            let tickets = try KerberosTickets(kerberos, service: service)
            let request = TicketRequest(loop: loop, tickets: tickets) { [unowned self] in arrived($0) }
            self.tickets = request
            request.start()
        } catch { kerberosFailed(error) }
    }

    func cancel() {
        completed = nil
        tickets?.cancel()
        tickets = nil
        pending?.cancel()
        pending = nil
    }

    private func finish(_ result: Result<any SecurityMechanism, SetupFailure>) {
        let completed = completed
        withExtendedLifetime(self) {
            cancel()
            completed?(result)
        }
    }

    // MARK: What is wanted

    private var flags: BindingFlags { binding.flags }

    /// SPNEGO is what servers expect of everybody who is somebody.
    private var negotiates: Bool {
        flags.contains(.spnego) || (flags.isDisjoint(with: [.ntlm, .krb5]) && !credentials.isAnonymous)
    }

    private var needsKerberos: Bool {
        flags.contains(.krb5) || (!flags.contains(.ntlm) && credentials.kerberosPolicy == .required)
    }

    /// Whether a ticket is asked for. A number is nobody's name with a KDC, unless somebody says what the name is.
    private var wantsKerberos: Bool {
        if needsKerberos { return true }
        guard negotiates, !flags.contains(.ntlm), credentials.kerberosPolicy == .desired,
            credentials.kerberos != nil
        else { return false }
        return binding.targetPrincipal != nil
            || binding.targetHostname.map { SocketAddress(numeric: $0, port: 0) == nil } ?? false
    }

    /// The service principal: what [MS-RPCE] calls the server's principal name.
    private var service: String { binding.targetPrincipal ?? "host/" + (binding.targetHostname ?? "") }

    // MARK: Kerberos

    private func arrived(_ result: Result<KerberosTickets, KerberosFailure>) {
        guard completed != nil else { return }
        do throws(KerberosFailure) {
            let mechanism = try KerberosInitiator(try result.get(), level: binding.protectionLevel)
            finish(negotiable(mechanism))
        } catch { kerberosFailed(error) }
    }

    /// Where Kerberos is only desired, the negotiation goes on without. What a KDC has said about the account is final:
    /// the same password twice would count twice against it.
    private func kerberosFailed(_ failure: KerberosFailure) {
        let isFinal: Bool
        switch failure.reason {
        case .wrongPassword, .accountExpired, .passwordExpired, .accountDisabled: isFinal = true
        default: isFinal = needsKerberos || !credentials.ntlm.hasSecret
        }
        guard isFinal else { return finish(negotiable(nil)) }
        finish(
            .failure(
                SetupFailure(status: NTStatus.of(failure), text: "Kerberos, \(service): \(failure.text)")))
    }

    // MARK: Plugged in

    private func begin(_ plugIn: PlugIn) {
        guard flags.isDisjoint(with: [.ntlm, .spnego, .krb5, .schannel]), plugIn.supports(binding.protectionLevel)
        else {
            return finish(
                .failure(
                    SetupFailure(
                        status: NTStatus.invalidParameterMix, text: "the mechanism does not fit the binding's options"))
            )
        }
        switch plugIn.make(isServer: false, binding.protectionLevel, target: service, loop: { [loop] in loop }) {
        case .failure(let error): finish(refusal(error.status))
        case .success(let mechanism):
            do throws(SecurityError) {
                let step = try mechanism.step(UnsafeRawBufferPointer(start: nil, count: 0))
                take(mechanism, .success(step))
            } catch { take(mechanism, .failure(error)) }
        }
    }

    /// The first step is taken before there is a connection: it may need its time, and servers do not wait long.
    private func take(_ mechanism: PlugInMechanism, _ outcome: PendingStep.Outcome) {
        guard completed != nil else { return }
        switch outcome {
        case .failure(.refused(let status)): finish(refusal(status))
        case .failure: finish(refusal(NTStatus.rpcSecPkgError))
        case .success(let step):
            if let pending = step.pending {
                self.pending = pending
                return pending.whenDone { [unowned self] outcome in
                    self.pending = nil
                    take(mechanism, outcome)
                }
            }
            guard let token = step.token, !step.finished else { return finish(refusal(NTStatus.internalError)) }
            mechanism.firstToken = token
            finish(.success(mechanism))
        }
    }

    private func refusal(_ status: UInt32) -> Result<any SecurityMechanism, SetupFailure> {
        .failure(SetupFailure(status: status, text: "the mechanism has refused to begin"))
    }

    // MARK: Mechanisms

    /// One mechanism, or the negotiation of those that there are.
    private func negotiable(_ kerberos: KerberosInitiator?) -> Result<any SecurityMechanism, SetupFailure> {
        if let kerberos, !negotiates { return .success(kerberos) }
        guard kerberos != nil || credentials.ntlm.hasSecret || credentials.isAnonymous else {
            return .failure(
                SetupFailure(status: NTStatus.invalidParameterMix, text: "the credentials have nothing for NTLM"))
        }
        guard let random = randomSecret(24) else { return .failure(noRandomness) }
        let ntlm = NTLMInitiator(
            credentials: credentials.ntlm, targetName: "host/" + (binding.targetHostname ?? ""), time: fileTime(),
            random: random)
        guard negotiates else { return .success(ntlm) }
        var offers: [SPNEGOOffer] = []
        if let kerberos {
            offers.append(SPNEGOOffer(oids: [SPNEGO.microsoftKerberos, SPNEGO.kerberos]) { kerberos })
        }
        let offersNTLM = !needsKerberos && (credentials.ntlm.hasSecret || credentials.isAnonymous)
        if offersNTLM { offers.append(SPNEGOOffer(oids: [SPNEGO.ntlm]) { ntlm }) }
        return .success(SPNEGOInitiator(offers))
    }

    private func schannel() -> Result<any SecurityMechanism, SetupFailure> {
        // Schannel without signatures would be for whoever is in between (CVE-2016-2111).
        guard let netlogon = credentials.netlogon, binding.protectionLevel.protectsMessages else {
            return .failure(
                SetupFailure(
                    status: NTStatus.invalidParameterMix, text: "schannel wants a secure channel, and signatures"))
        }
        guard let random = randomSecret(16) else { return .failure(noRandomness) }
        return .success(
            SchannelInitiator(
                credentials: netlogon, domain: credentials.ntlm.domain, level: binding.protectionLevel,
                random: random))
    }

    private var noRandomness: SetupFailure {
        SetupFailure(status: NTStatus.insufficientResources, text: "the kernel has no random bytes")
    }
}

extension NTStatus {
    /// A KDC may know better than its error code can say, of an account that it refuses.
    static func of(_ failure: KerberosFailure) -> UInt32 {
        switch (failure.reason, failure.status) {
        case (.accountDisabled, accountExpired), (.accountDisabled, accountLockedOut),
            (.accountDisabled, accountRestriction), (.accountDisabled, invalidLogonHours),
            (.accountDisabled, invalidWorkstation), (.passwordExpired, passwordMustChange):
            return failure.status ?? of(failure.reason)
        default: return of(failure.reason)
        }
    }

    public static func of(_ reason: KerberosFailure.Reason) -> UInt32 {
        switch reason {
        case .other, .tampered, .malformed: return rpcSecPkgError
        case .noLibrary: return dllNotFound
        case .noMemory: return noMemory
        case .wrongPassword: return logonFailure
        case .unknownClient: return noSuchUser
        case .unknownService: return invalidComputerName
        case .accountExpired: return accountExpired
        case .passwordExpired: return passwordExpired
        case .accountDisabled: return accountDisabled
        case .clockSkew: return timeDifferenceAtDC
        case .unknownRealm: return noSuchDomain
        case .noKDC: return noLogonServers
        case .noCredentials: return noSuchFile
        case .ticketExpired: return networkSessionExpired
        case .encryptionType: return kdcUnknownEtype
        case .invalidName: return invalidAccountName
        }
    }
}
