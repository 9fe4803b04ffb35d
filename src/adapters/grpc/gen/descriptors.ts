// Generated from proto/ by scripts/generate-proto.mjs. DO NOT EDIT.

/* eslint-disable */
export interface ProtoFile {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly services: readonly string[];
  /** Services, methods, messages and enums, with their package. */
  readonly symbols: readonly string[];
  /** The FileDescriptorProto in base64. */
  readonly bytes: string;
}

export const FILES: readonly ProtoFile[] = [
  {
    "name": "grpc/health/v1/health.proto",
    "dependencies": [],
    "services": [
      "grpc.health.v1.Health"
    ],
    "symbols": [
      "grpc.health.v1.Health",
      "grpc.health.v1.Health.Check",
      "grpc.health.v1.Health.Watch",
      "grpc.health.v1.HealthCheckRequest",
      "grpc.health.v1.HealthCheckResponse",
      "grpc.health.v1.HealthCheckResponse.ServingStatus"
    ],
    "bytes": "ChtncnBjL2hlYWx0aC92MS9oZWFsdGgucHJvdG8SDmdycGMuaGVhbHRoLnYxIi4KEkhlYWx0aENoZWNrUmVxdWVzdBIYCgdzZXJ2aWNlGAEgASgJUgdzZXJ2aWNlIrEBChNIZWFsdGhDaGVja1Jlc3BvbnNlEkkKBnN0YXR1cxgBIAEoDjIxLmdycGMuaGVhbHRoLnYxLkhlYWx0aENoZWNrUmVzcG9uc2UuU2VydmluZ1N0YXR1c1IGc3RhdHVzIk8KDVNlcnZpbmdTdGF0dXMSCwoHVU5LTk9XThAAEgsKB1NFUlZJTkcQARIPCgtOT1RfU0VSVklORxACEhMKD1NFUlZJQ0VfVU5LTk9XThADMq4BCgZIZWFsdGgSUAoFQ2hlY2sSIi5ncnBjLmhlYWx0aC52MS5IZWFsdGhDaGVja1JlcXVlc3QaIy5ncnBjLmhlYWx0aC52MS5IZWFsdGhDaGVja1Jlc3BvbnNlElIKBVdhdGNoEiIuZ3JwYy5oZWFsdGgudjEuSGVhbHRoQ2hlY2tSZXF1ZXN0GiMuZ3JwYy5oZWFsdGgudjEuSGVhbHRoQ2hlY2tSZXNwb25zZTABYgZwcm90bzM="
  },
  {
    "name": "grpc/reflection/v1/reflection.proto",
    "dependencies": [],
    "services": [
      "grpc.reflection.v1.ServerReflection"
    ],
    "symbols": [
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1.ServerReflection.ServerReflectionInfo",
      "grpc.reflection.v1.ServerReflectionRequest",
      "grpc.reflection.v1.ExtensionRequest",
      "grpc.reflection.v1.ServerReflectionResponse",
      "grpc.reflection.v1.FileDescriptorResponse",
      "grpc.reflection.v1.ExtensionNumberResponse",
      "grpc.reflection.v1.ListServiceResponse",
      "grpc.reflection.v1.ServiceResponse",
      "grpc.reflection.v1.ErrorResponse"
    ],
    "bytes": "CiNncnBjL3JlZmxlY3Rpb24vdjEvcmVmbGVjdGlvbi5wcm90bxISZ3JwYy5yZWZsZWN0aW9uLnYxIvMCChdTZXJ2ZXJSZWZsZWN0aW9uUmVxdWVzdBISCgRob3N0GAEgASgJUgRob3N0EioKEGZpbGVfYnlfZmlsZW5hbWUYAyABKAlIAFIOZmlsZUJ5RmlsZW5hbWUSNgoWZmlsZV9jb250YWluaW5nX3N5bWJvbBgEIAEoCUgAUhRmaWxlQ29udGFpbmluZ1N5bWJvbBJiChlmaWxlX2NvbnRhaW5pbmdfZXh0ZW5zaW9uGAUgASgLMiQuZ3JwYy5yZWZsZWN0aW9uLnYxLkV4dGVuc2lvblJlcXVlc3RIAFIXZmlsZUNvbnRhaW5pbmdFeHRlbnNpb24SQgodYWxsX2V4dGVuc2lvbl9udW1iZXJzX29mX3R5cGUYBiABKAlIAFIZYWxsRXh0ZW5zaW9uTnVtYmVyc09mVHlwZRIlCg1saXN0X3NlcnZpY2VzGAcgASgJSABSDGxpc3RTZXJ2aWNlc0IRCg9tZXNzYWdlX3JlcXVlc3QiZgoQRXh0ZW5zaW9uUmVxdWVzdBInCg9jb250YWluaW5nX3R5cGUYASABKAlSDmNvbnRhaW5pbmdUeXBlEikKEGV4dGVuc2lvbl9udW1iZXIYAiABKAVSD2V4dGVuc2lvbk51bWJlciKuBAoYU2VydmVyUmVmbGVjdGlvblJlc3BvbnNlEh0KCnZhbGlkX2hvc3QYASABKAlSCXZhbGlkSG9zdBJWChBvcmlnaW5hbF9yZXF1ZXN0GAIgASgLMisuZ3JwYy5yZWZsZWN0aW9uLnYxLlNlcnZlclJlZmxlY3Rpb25SZXF1ZXN0Ug9vcmlnaW5hbFJlcXVlc3QSZgoYZmlsZV9kZXNjcmlwdG9yX3Jlc3BvbnNlGAQgASgLMiouZ3JwYy5yZWZsZWN0aW9uLnYxLkZpbGVEZXNjcmlwdG9yUmVzcG9uc2VIAFIWZmlsZURlc2NyaXB0b3JSZXNwb25zZRJyCh5hbGxfZXh0ZW5zaW9uX251bWJlcnNfcmVzcG9uc2UYBSABKAsyKy5ncnBjLnJlZmxlY3Rpb24udjEuRXh0ZW5zaW9uTnVtYmVyUmVzcG9uc2VIAFIbYWxsRXh0ZW5zaW9uTnVtYmVyc1Jlc3BvbnNlEl8KFmxpc3Rfc2VydmljZXNfcmVzcG9uc2UYBiABKAsyJy5ncnBjLnJlZmxlY3Rpb24udjEuTGlzdFNlcnZpY2VSZXNwb25zZUgAUhRsaXN0U2VydmljZXNSZXNwb25zZRJKCg5lcnJvcl9yZXNwb25zZRgHIAEoCzIhLmdycGMucmVmbGVjdGlvbi52MS5FcnJvclJlc3BvbnNlSABSDWVycm9yUmVzcG9uc2VCEgoQbWVzc2FnZV9yZXNwb25zZSJMChZGaWxlRGVzY3JpcHRvclJlc3BvbnNlEjIKFWZpbGVfZGVzY3JpcHRvcl9wcm90bxgBIAMoDFITZmlsZURlc2NyaXB0b3JQcm90byJqChdFeHRlbnNpb25OdW1iZXJSZXNwb25zZRIkCg5iYXNlX3R5cGVfbmFtZRgBIAEoCVIMYmFzZVR5cGVOYW1lEikKEGV4dGVuc2lvbl9udW1iZXIYAiADKAVSD2V4dGVuc2lvbk51bWJlciJUChNMaXN0U2VydmljZVJlc3BvbnNlEj0KB3NlcnZpY2UYASADKAsyIy5ncnBjLnJlZmxlY3Rpb24udjEuU2VydmljZVJlc3BvbnNlUgdzZXJ2aWNlIiUKD1NlcnZpY2VSZXNwb25zZRISCgRuYW1lGAEgASgJUgRuYW1lIlMKDUVycm9yUmVzcG9uc2USHQoKZXJyb3JfY29kZRgBIAEoBVIJZXJyb3JDb2RlEiMKDWVycm9yX21lc3NhZ2UYAiABKAlSDGVycm9yTWVzc2FnZTKJAQoQU2VydmVyUmVmbGVjdGlvbhJ1ChRTZXJ2ZXJSZWZsZWN0aW9uSW5mbxIrLmdycGMucmVmbGVjdGlvbi52MS5TZXJ2ZXJSZWZsZWN0aW9uUmVxdWVzdBosLmdycGMucmVmbGVjdGlvbi52MS5TZXJ2ZXJSZWZsZWN0aW9uUmVzcG9uc2UoATABYgZwcm90bzM="
  },
  {
    "name": "grpc/reflection/v1alpha/reflection.proto",
    "dependencies": [],
    "services": [
      "grpc.reflection.v1alpha.ServerReflection"
    ],
    "symbols": [
      "grpc.reflection.v1alpha.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection.ServerReflectionInfo",
      "grpc.reflection.v1alpha.ServerReflectionRequest",
      "grpc.reflection.v1alpha.ExtensionRequest",
      "grpc.reflection.v1alpha.ServerReflectionResponse",
      "grpc.reflection.v1alpha.FileDescriptorResponse",
      "grpc.reflection.v1alpha.ExtensionNumberResponse",
      "grpc.reflection.v1alpha.ListServiceResponse",
      "grpc.reflection.v1alpha.ServiceResponse",
      "grpc.reflection.v1alpha.ErrorResponse"
    ],
    "bytes": "CihncnBjL3JlZmxlY3Rpb24vdjFhbHBoYS9yZWZsZWN0aW9uLnByb3RvEhdncnBjLnJlZmxlY3Rpb24udjFhbHBoYSL4AgoXU2VydmVyUmVmbGVjdGlvblJlcXVlc3QSEgoEaG9zdBgBIAEoCVIEaG9zdBIqChBmaWxlX2J5X2ZpbGVuYW1lGAMgASgJSABSDmZpbGVCeUZpbGVuYW1lEjYKFmZpbGVfY29udGFpbmluZ19zeW1ib2wYBCABKAlIAFIUZmlsZUNvbnRhaW5pbmdTeW1ib2wSZwoZZmlsZV9jb250YWluaW5nX2V4dGVuc2lvbhgFIAEoCzIpLmdycGMucmVmbGVjdGlvbi52MWFscGhhLkV4dGVuc2lvblJlcXVlc3RIAFIXZmlsZUNvbnRhaW5pbmdFeHRlbnNpb24SQgodYWxsX2V4dGVuc2lvbl9udW1iZXJzX29mX3R5cGUYBiABKAlIAFIZYWxsRXh0ZW5zaW9uTnVtYmVyc09mVHlwZRIlCg1saXN0X3NlcnZpY2VzGAcgASgJSABSDGxpc3RTZXJ2aWNlc0IRCg9tZXNzYWdlX3JlcXVlc3QiZgoQRXh0ZW5zaW9uUmVxdWVzdBInCg9jb250YWluaW5nX3R5cGUYASABKAlSDmNvbnRhaW5pbmdUeXBlEikKEGV4dGVuc2lvbl9udW1iZXIYAiABKAVSD2V4dGVuc2lvbk51bWJlciLHBAoYU2VydmVyUmVmbGVjdGlvblJlc3BvbnNlEh0KCnZhbGlkX2hvc3QYASABKAlSCXZhbGlkSG9zdBJbChBvcmlnaW5hbF9yZXF1ZXN0GAIgASgLMjAuZ3JwYy5yZWZsZWN0aW9uLnYxYWxwaGEuU2VydmVyUmVmbGVjdGlvblJlcXVlc3RSD29yaWdpbmFsUmVxdWVzdBJrChhmaWxlX2Rlc2NyaXB0b3JfcmVzcG9uc2UYBCABKAsyLy5ncnBjLnJlZmxlY3Rpb24udjFhbHBoYS5GaWxlRGVzY3JpcHRvclJlc3BvbnNlSABSFmZpbGVEZXNjcmlwdG9yUmVzcG9uc2USdwoeYWxsX2V4dGVuc2lvbl9udW1iZXJzX3Jlc3BvbnNlGAUgASgLMjAuZ3JwYy5yZWZsZWN0aW9uLnYxYWxwaGEuRXh0ZW5zaW9uTnVtYmVyUmVzcG9uc2VIAFIbYWxsRXh0ZW5zaW9uTnVtYmVyc1Jlc3BvbnNlEmQKFmxpc3Rfc2VydmljZXNfcmVzcG9uc2UYBiABKAsyLC5ncnBjLnJlZmxlY3Rpb24udjFhbHBoYS5MaXN0U2VydmljZVJlc3BvbnNlSABSFGxpc3RTZXJ2aWNlc1Jlc3BvbnNlEk8KDmVycm9yX3Jlc3BvbnNlGAcgASgLMiYuZ3JwYy5yZWZsZWN0aW9uLnYxYWxwaGEuRXJyb3JSZXNwb25zZUgAUg1lcnJvclJlc3BvbnNlQhIKEG1lc3NhZ2VfcmVzcG9uc2UiTAoWRmlsZURlc2NyaXB0b3JSZXNwb25zZRIyChVmaWxlX2Rlc2NyaXB0b3JfcHJvdG8YASADKAxSE2ZpbGVEZXNjcmlwdG9yUHJvdG8iagoXRXh0ZW5zaW9uTnVtYmVyUmVzcG9uc2USJAoOYmFzZV90eXBlX25hbWUYASABKAlSDGJhc2VUeXBlTmFtZRIpChBleHRlbnNpb25fbnVtYmVyGAIgAygFUg9leHRlbnNpb25OdW1iZXIiWQoTTGlzdFNlcnZpY2VSZXNwb25zZRJCCgdzZXJ2aWNlGAEgAygLMiguZ3JwYy5yZWZsZWN0aW9uLnYxYWxwaGEuU2VydmljZVJlc3BvbnNlUgdzZXJ2aWNlIiUKD1NlcnZpY2VSZXNwb25zZRISCgRuYW1lGAEgASgJUgRuYW1lIlMKDUVycm9yUmVzcG9uc2USHQoKZXJyb3JfY29kZRgBIAEoBVIJZXJyb3JDb2RlEiMKDWVycm9yX21lc3NhZ2UYAiABKAlSDGVycm9yTWVzc2FnZTKTAQoQU2VydmVyUmVmbGVjdGlvbhJ/ChRTZXJ2ZXJSZWZsZWN0aW9uSW5mbxIwLmdycGMucmVmbGVjdGlvbi52MWFscGhhLlNlcnZlclJlZmxlY3Rpb25SZXF1ZXN0GjEuZ3JwYy5yZWZsZWN0aW9uLnYxYWxwaGEuU2VydmVyUmVmbGVjdGlvblJlc3BvbnNlKAEwAWIGcHJvdG8z"
  },
  {
    "name": "http_types.proto",
    "dependencies": [],
    "services": [],
    "symbols": [
      "io.linkerd.proxy.http_types.HttpMethod",
      "io.linkerd.proxy.http_types.HttpMethod.Registered",
      "io.linkerd.proxy.http_types.Scheme",
      "io.linkerd.proxy.http_types.Scheme.Registered",
      "io.linkerd.proxy.http_types.Headers",
      "io.linkerd.proxy.http_types.Headers.Header"
    ],
    "bytes": "ChBodHRwX3R5cGVzLnByb3RvEhtpby5saW5rZXJkLnByb3h5Lmh0dHBfdHlwZXMigAIKCkh0dHBNZXRob2QSVAoKcmVnaXN0ZXJlZBgBIAEoDjIyLmlvLmxpbmtlcmQucHJveHkuaHR0cF90eXBlcy5IdHRwTWV0aG9kLlJlZ2lzdGVyZWRIAFIKcmVnaXN0ZXJlZBIkCgx1bnJlZ2lzdGVyZWQYAiABKAlIAFIMdW5yZWdpc3RlcmVkIm4KClJlZ2lzdGVyZWQSBwoDR0VUEAASCAoEUE9TVBABEgcKA1BVVBACEgoKBkRFTEVURRADEgkKBVBBVENIEAQSCwoHT1BUSU9OUxAFEgsKB0NPTk5FQ1QQBhIICgRIRUFEEAcSCQoFVFJBQ0UQCEIGCgR0eXBlIqsBCgZTY2hlbWUSUAoKcmVnaXN0ZXJlZBgBIAEoDjIuLmlvLmxpbmtlcmQucHJveHkuaHR0cF90eXBlcy5TY2hlbWUuUmVnaXN0ZXJlZEgAUgpyZWdpc3RlcmVkEiQKDHVucmVnaXN0ZXJlZBgCIAEoCUgAUgx1bnJlZ2lzdGVyZWQiIQoKUmVnaXN0ZXJlZBIICgRIVFRQEAASCQoFSFRUUFMQAUIGCgR0eXBlIoQBCgdIZWFkZXJzEkUKB2hlYWRlcnMYASADKAsyKy5pby5saW5rZXJkLnByb3h5Lmh0dHBfdHlwZXMuSGVhZGVycy5IZWFkZXJSB2hlYWRlcnMaMgoGSGVhZGVyEhIKBG5hbWUYASABKAlSBG5hbWUSFAoFdmFsdWUYAiABKAxSBXZhbHVlYgZwcm90bzM="
  },
  {
    "name": "http_route.proto",
    "dependencies": [
      "http_types.proto"
    ],
    "services": [],
    "symbols": [
      "io.linkerd.proxy.http_route.HostMatch",
      "io.linkerd.proxy.http_route.HostMatch.Suffix",
      "io.linkerd.proxy.http_route.HttpRouteMatch",
      "io.linkerd.proxy.http_route.PathMatch",
      "io.linkerd.proxy.http_route.HeaderMatch",
      "io.linkerd.proxy.http_route.QueryParamMatch",
      "io.linkerd.proxy.http_route.HttpFailureInjector",
      "io.linkerd.proxy.http_route.RequestHeaderModifier",
      "io.linkerd.proxy.http_route.RequestRedirect",
      "io.linkerd.proxy.http_route.PathModifier"
    ],
    "bytes": "ChBodHRwX3JvdXRlLnByb3RvEhtpby5saW5rZXJkLnByb3h5Lmh0dHBfcm91dGUaEGh0dHBfdHlwZXMucHJvdG8ipgEKCUhvc3RNYXRjaBIWCgVleGFjdBgBIAEoCUgAUgVleGFjdBJHCgZzdWZmaXgYAiABKAsyLS5pby5saW5rZXJkLnByb3h5Lmh0dHBfcm91dGUuSG9zdE1hdGNoLlN1ZmZpeEgAUgZzdWZmaXgaLwoGU3VmZml4EiUKDnJldmVyc2VfbGFiZWxzGAEgAygJUg1yZXZlcnNlTGFiZWxzQgcKBW1hdGNoIqICCg5IdHRwUm91dGVNYXRjaBI6CgRwYXRoGAEgASgLMiYuaW8ubGlua2VyZC5wcm94eS5odHRwX3JvdXRlLlBhdGhNYXRjaFIEcGF0aBJCCgdoZWFkZXJzGAIgAygLMiguaW8ubGlua2VyZC5wcm94eS5odHRwX3JvdXRlLkhlYWRlck1hdGNoUgdoZWFkZXJzEk8KDHF1ZXJ5X3BhcmFtcxgDIAMoCzIsLmlvLmxpbmtlcmQucHJveHkuaHR0cF9yb3V0ZS5RdWVyeVBhcmFtTWF0Y2hSC3F1ZXJ5UGFyYW1zEj8KBm1ldGhvZBgEIAEoCzInLmlvLmxpbmtlcmQucHJveHkuaHR0cF90eXBlcy5IdHRwTWV0aG9kUgZtZXRob2QiXQoJUGF0aE1hdGNoEhYKBWV4YWN0GAEgASgJSABSBWV4YWN0EhgKBnByZWZpeBgCIAEoCUgAUgZwcmVmaXgSFgoFcmVnZXgYAyABKAlIAFIFcmVnZXhCBgoEa2luZCJaCgtIZWFkZXJNYXRjaBISCgRuYW1lGAEgASgJUgRuYW1lEhYKBWV4YWN0GAIgASgMSABSBWV4YWN0EhYKBXJlZ2V4GAMgASgJSABSBXJlZ2V4QgcKBXZhbHVlIl4KD1F1ZXJ5UGFyYW1NYXRjaBISCgRuYW1lGAEgASgJUgRuYW1lEhYKBWV4YWN0GAIgASgJSABSBWV4YWN0EhYKBXJlZ2V4GAMgASgJSABSBXJlZ2V4QgcKBXZhbHVlIhUKE0h0dHBGYWlsdXJlSW5qZWN0b3IinwEKFVJlcXVlc3RIZWFkZXJNb2RpZmllchI2CgNhZGQYASABKAsyJC5pby5saW5rZXJkLnByb3h5Lmh0dHBfdHlwZXMuSGVhZGVyc1IDYWRkEjYKA3NldBgCIAEoCzIkLmlvLmxpbmtlcmQucHJveHkuaHR0cF90eXBlcy5IZWFkZXJzUgNzZXQSFgoGcmVtb3ZlGAMgAygJUgZyZW1vdmUizQEKD1JlcXVlc3RSZWRpcmVjdBI7CgZzY2hlbWUYASABKAsyIy5pby5saW5rZXJkLnByb3h5Lmh0dHBfdHlwZXMuU2NoZW1lUgZzY2hlbWUSEgoEaG9zdBgCIAEoCVIEaG9zdBI9CgRwYXRoGAMgASgLMikuaW8ubGlua2VyZC5wcm94eS5odHRwX3JvdXRlLlBhdGhNb2RpZmllclIEcGF0aBISCgRwb3J0GAQgASgNUgRwb3J0EhYKBnN0YXR1cxgFIAEoDVIGc3RhdHVzIkkKDFBhdGhNb2RpZmllchIUCgRmdWxsGAEgASgJSABSBGZ1bGwSGAoGcHJlZml4GAIgASgJSABSBnByZWZpeEIJCgdyZXBsYWNlYgZwcm90bzM="
  },
  {
    "name": "grpc_route.proto",
    "dependencies": [
      "http_route.proto"
    ],
    "services": [],
    "symbols": [
      "io.linkerd.proxy.grpc_route.GrpcRouteMatch",
      "io.linkerd.proxy.grpc_route.GrpcRpcMatch",
      "io.linkerd.proxy.grpc_route.GrpcFailureInjector"
    ],
    "bytes": "ChBncnBjX3JvdXRlLnByb3RvEhtpby5saW5rZXJkLnByb3h5LmdycGNfcm91dGUaEGh0dHBfcm91dGUucHJvdG8ikQEKDkdycGNSb3V0ZU1hdGNoEjsKA3JwYxgBIAEoCzIpLmlvLmxpbmtlcmQucHJveHkuZ3JwY19yb3V0ZS5HcnBjUnBjTWF0Y2hSA3JwYxJCCgdoZWFkZXJzGAIgAygLMiguaW8ubGlua2VyZC5wcm94eS5odHRwX3JvdXRlLkhlYWRlck1hdGNoUgdoZWFkZXJzIkAKDEdycGNScGNNYXRjaBIYCgdzZXJ2aWNlGAEgASgJUgdzZXJ2aWNlEhYKBm1ldGhvZBgCIAEoCVIGbWV0aG9kIhUKE0dycGNGYWlsdXJlSW5qZWN0b3JiBnByb3RvMw=="
  },
  {
    "name": "google/protobuf/duration.proto",
    "dependencies": [],
    "services": [],
    "symbols": [
      "google.protobuf.Duration"
    ],
    "bytes": "Ch5nb29nbGUvcHJvdG9idWYvZHVyYXRpb24ucHJvdG8SD2dvb2dsZS5wcm90b2J1ZiI6CghEdXJhdGlvbhIYCgdzZWNvbmRzGAEgASgDUgdzZWNvbmRzEhQKBW5hbm9zGAIgASgFUgVuYW5vc0KDAQoTY29tLmdvb2dsZS5wcm90b2J1ZkINRHVyYXRpb25Qcm90b1ABWjFnb29nbGUuZ29sYW5nLm9yZy9wcm90b2J1Zi90eXBlcy9rbm93bi9kdXJhdGlvbnBi+AEBogIDR1BCqgIeR29vZ2xlLlByb3RvYnVmLldlbGxLbm93blR5cGVzYgZwcm90bzM="
  },
  {
    "name": "meta.proto",
    "dependencies": [],
    "services": [],
    "symbols": [
      "io.linkerd.proxy.meta.Metadata",
      "io.linkerd.proxy.meta.Resource"
    ],
    "bytes": "CgptZXRhLnByb3RvEhVpby5saW5rZXJkLnByb3h5Lm1ldGEibQoITWV0YWRhdGESGgoHZGVmYXVsdBgBIAEoCUgAUgdkZWZhdWx0Ej0KCHJlc291cmNlGAIgASgLMh8uaW8ubGlua2VyZC5wcm94eS5tZXRhLlJlc291cmNlSABSCHJlc291cmNlQgYKBGtpbmQilAEKCFJlc291cmNlEhQKBWdyb3VwGAEgASgJUgVncm91cBISCgRraW5kGAIgASgJUgRraW5kEhIKBG5hbWUYAyABKAlSBG5hbWUSHAoJbmFtZXNwYWNlGAQgASgJUgluYW1lc3BhY2USGAoHc2VjdGlvbhgFIAEoCVIHc2VjdGlvbhISCgRwb3J0GAYgASgNUgRwb3J0YgZwcm90bzM="
  },
  {
    "name": "net.proto",
    "dependencies": [],
    "services": [],
    "symbols": [
      "io.linkerd.proxy.net.IPAddress",
      "io.linkerd.proxy.net.IPv6",
      "io.linkerd.proxy.net.IPNetwork"
    ],
    "bytes": "CgluZXQucHJvdG8SFGlvLmxpbmtlcmQucHJveHkubmV0IlkKCUlQQWRkcmVzcxIUCgRpcHY0GAEgASgHSABSBGlwdjQSMAoEaXB2NhgCIAEoCzIaLmlvLmxpbmtlcmQucHJveHkubmV0LklQdjZIAFIEaXB2NkIECgJpcCIwCgRJUHY2EhQKBWZpcnN0GAEgASgGUgVmaXJzdBISCgRsYXN0GAIgASgGUgRsYXN0IlsKCUlQTmV0d29yaxIvCgJpcBgBIAEoCzIfLmlvLmxpbmtlcmQucHJveHkubmV0LklQQWRkcmVzc1ICaXASHQoKcHJlZml4X2xlbhgCIAEoDVIJcHJlZml4TGVuYgZwcm90bzM="
  },
  {
    "name": "inbound.proto",
    "dependencies": [
      "google/protobuf/duration.proto",
      "grpc_route.proto",
      "http_route.proto",
      "meta.proto",
      "net.proto"
    ],
    "services": [],
    "symbols": [
      "io.linkerd.proxy.inbound.PortSpec",
      "io.linkerd.proxy.inbound.Server",
      "io.linkerd.proxy.inbound.ProxyProtocol",
      "io.linkerd.proxy.inbound.ProxyProtocol.Detect",
      "io.linkerd.proxy.inbound.ProxyProtocol.Http1",
      "io.linkerd.proxy.inbound.ProxyProtocol.Http2",
      "io.linkerd.proxy.inbound.ProxyProtocol.Grpc",
      "io.linkerd.proxy.inbound.ProxyProtocol.Opaque",
      "io.linkerd.proxy.inbound.ProxyProtocol.Tls",
      "io.linkerd.proxy.inbound.Authz",
      "io.linkerd.proxy.inbound.Network",
      "io.linkerd.proxy.inbound.Authn",
      "io.linkerd.proxy.inbound.Authn.PermitUnauthenticated",
      "io.linkerd.proxy.inbound.Authn.PermitMeshTLS",
      "io.linkerd.proxy.inbound.Authn.PermitMeshTLS.PermitClientIdentities",
      "io.linkerd.proxy.inbound.Identity",
      "io.linkerd.proxy.inbound.IdentitySuffix",
      "io.linkerd.proxy.inbound.HttpRoute",
      "io.linkerd.proxy.inbound.HttpRoute.Rule",
      "io.linkerd.proxy.inbound.HttpRoute.Filter",
      "io.linkerd.proxy.inbound.GrpcRoute",
      "io.linkerd.proxy.inbound.GrpcRoute.Rule",
      "io.linkerd.proxy.inbound.GrpcRoute.Filter",
      "io.linkerd.proxy.inbound.HttpLocalRateLimit",
      "io.linkerd.proxy.inbound.HttpLocalRateLimit.Limit",
      "io.linkerd.proxy.inbound.HttpLocalRateLimit.Override",
      "io.linkerd.proxy.inbound.HttpLocalRateLimit.Override.ClientIdentities"
    ],
    "bytes": "Cg1pbmJvdW5kLnByb3RvEhhpby5saW5rZXJkLnByb3h5LmluYm91bmQaHmdvb2dsZS9wcm90b2J1Zi9kdXJhdGlvbi5wcm90bxoQZ3JwY19yb3V0ZS5wcm90bxoQaHR0cF9yb3V0ZS5wcm90bxoKbWV0YS5wcm90bxoJbmV0LnByb3RvIjoKCFBvcnRTcGVjEhoKCHdvcmtsb2FkGAEgASgJUgh3b3JrbG9hZBISCgRwb3J0GAIgASgNUgRwb3J0ItcCCgZTZXJ2ZXISQwoIcHJvdG9jb2wYASABKAsyJy5pby5saW5rZXJkLnByb3h5LmluYm91bmQuUHJveHlQcm90b2NvbFIIcHJvdG9jb2wSPgoKc2VydmVyX2lwcxgCIAMoCzIfLmlvLmxpbmtlcmQucHJveHkubmV0LklQQWRkcmVzc1IJc2VydmVySXBzEkcKDmF1dGhvcml6YXRpb25zGAMgAygLMh8uaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLkF1dGh6Ug5hdXRob3JpemF0aW9ucxJECgZsYWJlbHMYBCADKAsyLC5pby5saW5rZXJkLnByb3h5LmluYm91bmQuU2VydmVyLkxhYmVsc0VudHJ5UgZsYWJlbHMaOQoLTGFiZWxzRW50cnkSEAoDa2V5GAEgASgJUgNrZXkSFAoFdmFsdWUYAiABKAlSBXZhbHVlOgI4ASK5CAoNUHJveHlQcm90b2NvbBJICgZkZXRlY3QYASABKAsyLi5pby5saW5rZXJkLnByb3h5LmluYm91bmQuUHJveHlQcm90b2NvbC5EZXRlY3RIAFIGZGV0ZWN0EkgKBm9wYXF1ZRgCIAEoCzIuLmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5Qcm94eVByb3RvY29sLk9wYXF1ZUgAUgZvcGFxdWUSPwoDdGxzGAMgASgLMisuaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLlByb3h5UHJvdG9jb2wuVGxzSABSA3RscxJFCgVodHRwMRgEIAEoCzItLmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5Qcm94eVByb3RvY29sLkh0dHAxSABSBWh0dHAxEkUKBWh0dHAyGAUgASgLMi0uaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLlByb3h5UHJvdG9jb2wuSHR0cDJIAFIFaHR0cDISQgoEZ3JwYxgGIAEoCzIsLmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5Qcm94eVByb3RvY29sLkdycGNIAFIEZ3JwYxrkAQoGRGV0ZWN0EjMKB3RpbWVvdXQYASABKAsyGS5nb29nbGUucHJvdG9idWYuRHVyYXRpb25SB3RpbWVvdXQSRAoLaHR0cF9yb3V0ZXMYAyADKAsyIy5pby5saW5rZXJkLnByb3h5LmluYm91bmQuSHR0cFJvdXRlUgpodHRwUm91dGVzEl8KFWh0dHBfbG9jYWxfcmF0ZV9saW1pdBgEIAEoCzIsLmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5IdHRwTG9jYWxSYXRlTGltaXRSEmh0dHBMb2NhbFJhdGVMaW1pdBqcAQoFSHR0cDESOwoGcm91dGVzGAIgAygLMiMuaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLkh0dHBSb3V0ZVIGcm91dGVzElYKEGxvY2FsX3JhdGVfbGltaXQYAyABKAsyLC5pby5saW5rZXJkLnByb3h5LmluYm91bmQuSHR0cExvY2FsUmF0ZUxpbWl0Ug5sb2NhbFJhdGVMaW1pdBqcAQoFSHR0cDISOwoGcm91dGVzGAIgAygLMiMuaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLkh0dHBSb3V0ZVIGcm91dGVzElYKEGxvY2FsX3JhdGVfbGltaXQYAyABKAsyLC5pby5saW5rZXJkLnByb3h5LmluYm91bmQuSHR0cExvY2FsUmF0ZUxpbWl0Ug5sb2NhbFJhdGVMaW1pdBpDCgRHcnBjEjsKBnJvdXRlcxgCIAMoCzIjLmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5HcnBjUm91dGVSBnJvdXRlcxoICgZPcGFxdWUaBQoDVGxzQgYKBGtpbmQizAIKBUF1dGh6Ej0KCG5ldHdvcmtzGAEgAygLMiEuaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLk5ldHdvcmtSCG5ldHdvcmtzEkcKDmF1dGhlbnRpY2F0aW9uGAIgASgLMh8uaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLkF1dGhuUg5hdXRoZW50aWNhdGlvbhJDCgZsYWJlbHMYAyADKAsyKy5pby5saW5rZXJkLnByb3h5LmluYm91bmQuQXV0aHouTGFiZWxzRW50cnlSBmxhYmVscxI7CghtZXRhZGF0YRgEIAEoCzIfLmlvLmxpbmtlcmQucHJveHkubWV0YS5NZXRhZGF0YVIIbWV0YWRhdGEaOQoLTGFiZWxzRW50cnkSEAoDa2V5GAEgASgJUgNrZXkSFAoFdmFsdWUYAiABKAlSBXZhbHVlOgI4ASJ1CgdOZXR3b3JrEjEKA25ldBgBIAEoCzIfLmlvLmxpbmtlcmQucHJveHkubmV0LklQTmV0d29ya1IDbmV0EjcKBmV4Y2VwdBgCIAMoCzIfLmlvLmxpbmtlcmQucHJveHkubmV0LklQTmV0d29ya1IGZXhjZXB0IuUECgVBdXRobhJhCg91bmF1dGhlbnRpY2F0ZWQYASABKAsyNS5pby5saW5rZXJkLnByb3h5LmluYm91bmQuQXV0aG4uUGVybWl0VW5hdXRoZW50aWNhdGVkSABSD3VuYXV0aGVudGljYXRlZBJJCgdtZXNoVExTGAIgASgLMi0uaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLkF1dGhuLlBlcm1pdE1lc2hUTFNIAFIHbWVzaFRMUxoXChVQZXJtaXRVbmF1dGhlbnRpY2F0ZWQaigMKDVBlcm1pdE1lc2hUTFMSYQoPdW5hdXRoZW50aWNhdGVkGAEgASgLMjUuaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLkF1dGhuLlBlcm1pdFVuYXV0aGVudGljYXRlZEgAUg91bmF1dGhlbnRpY2F0ZWQSZgoKaWRlbnRpdGllcxgCIAEoCzJELmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5BdXRobi5QZXJtaXRNZXNoVExTLlBlcm1pdENsaWVudElkZW50aXRpZXNIAFIKaWRlbnRpdGllcxqiAQoWUGVybWl0Q2xpZW50SWRlbnRpdGllcxJCCgppZGVudGl0aWVzGAEgAygLMiIuaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLklkZW50aXR5UgppZGVudGl0aWVzEkQKCHN1ZmZpeGVzGAIgAygLMiguaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLklkZW50aXR5U3VmZml4UghzdWZmaXhlc0IJCgdjbGllbnRzQggKBnBlcm1pdCIeCghJZGVudGl0eRISCgRuYW1lGAEgASgJUgRuYW1lIiYKDklkZW50aXR5U3VmZml4EhQKBXBhcnRzGAEgAygJUgVwYXJ0cyLRBQoJSHR0cFJvdXRlEjsKCG1ldGFkYXRhGAEgASgLMh8uaW8ubGlua2VyZC5wcm94eS5tZXRhLk1ldGFkYXRhUghtZXRhZGF0YRI8CgVob3N0cxgCIAMoCzImLmlvLmxpbmtlcmQucHJveHkuaHR0cF9yb3V0ZS5Ib3N0TWF0Y2hSBWhvc3RzEkcKDmF1dGhvcml6YXRpb25zGAMgAygLMh8uaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLkF1dGh6Ug5hdXRob3JpemF0aW9ucxI+CgVydWxlcxgEIAMoCzIoLmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5IdHRwUm91dGUuUnVsZVIFcnVsZXMakwEKBFJ1bGUSRQoHbWF0Y2hlcxgBIAMoCzIrLmlvLmxpbmtlcmQucHJveHkuaHR0cF9yb3V0ZS5IdHRwUm91dGVNYXRjaFIHbWF0Y2hlcxJECgdmaWx0ZXJzGAIgAygLMiouaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLkh0dHBSb3V0ZS5GaWx0ZXJSB2ZpbHRlcnMaqQIKBkZpbHRlchJdChBmYWlsdXJlX2luamVjdG9yGAEgASgLMjAuaW8ubGlua2VyZC5wcm94eS5odHRwX3JvdXRlLkh0dHBGYWlsdXJlSW5qZWN0b3JIAFIPZmFpbHVyZUluamVjdG9yEmwKF3JlcXVlc3RfaGVhZGVyX21vZGlmaWVyGAIgASgLMjIuaW8ubGlua2VyZC5wcm94eS5odHRwX3JvdXRlLlJlcXVlc3RIZWFkZXJNb2RpZmllckgAUhVyZXF1ZXN0SGVhZGVyTW9kaWZpZXISSgoIcmVkaXJlY3QYAyABKAsyLC5pby5saW5rZXJkLnByb3h5Lmh0dHBfcm91dGUuUmVxdWVzdFJlZGlyZWN0SABSCHJlZGlyZWN0QgYKBGtpbmQihQUKCUdycGNSb3V0ZRI7CghtZXRhZGF0YRgBIAEoCzIfLmlvLmxpbmtlcmQucHJveHkubWV0YS5NZXRhZGF0YVIIbWV0YWRhdGESPAoFaG9zdHMYAiADKAsyJi5pby5saW5rZXJkLnByb3h5Lmh0dHBfcm91dGUuSG9zdE1hdGNoUgVob3N0cxJHCg5hdXRob3JpemF0aW9ucxgDIAMoCzIfLmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5BdXRoelIOYXV0aG9yaXphdGlvbnMSPgoFcnVsZXMYBCADKAsyKC5pby5saW5rZXJkLnByb3h5LmluYm91bmQuR3JwY1JvdXRlLlJ1bGVSBXJ1bGVzGpMBCgRSdWxlEkUKB21hdGNoZXMYASADKAsyKy5pby5saW5rZXJkLnByb3h5LmdycGNfcm91dGUuR3JwY1JvdXRlTWF0Y2hSB21hdGNoZXMSRAoHZmlsdGVycxgCIAMoCzIqLmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5HcnBjUm91dGUuRmlsdGVyUgdmaWx0ZXJzGt0BCgZGaWx0ZXISXQoQZmFpbHVyZV9pbmplY3RvchgBIAEoCzIwLmlvLmxpbmtlcmQucHJveHkuZ3JwY19yb3V0ZS5HcnBjRmFpbHVyZUluamVjdG9ySABSD2ZhaWx1cmVJbmplY3RvchJsChdyZXF1ZXN0X2hlYWRlcl9tb2RpZmllchgCIAEoCzIyLmlvLmxpbmtlcmQucHJveHkuaHR0cF9yb3V0ZS5SZXF1ZXN0SGVhZGVyTW9kaWZpZXJIAFIVcmVxdWVzdEhlYWRlck1vZGlmaWVyQgYKBGtpbmQiiAUKEkh0dHBMb2NhbFJhdGVMaW1pdBI7CghtZXRhZGF0YRgBIAEoCzIfLmlvLmxpbmtlcmQucHJveHkubWV0YS5NZXRhZGF0YVIIbWV0YWRhdGESSAoFdG90YWwYAiABKAsyMi5pby5saW5rZXJkLnByb3h5LmluYm91bmQuSHR0cExvY2FsUmF0ZUxpbWl0LkxpbWl0UgV0b3RhbBJOCghpZGVudGl0eRgDIAEoCzIyLmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5IdHRwTG9jYWxSYXRlTGltaXQuTGltaXRSCGlkZW50aXR5ElMKCW92ZXJyaWRlcxgEIAMoCzI1LmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5IdHRwTG9jYWxSYXRlTGltaXQuT3ZlcnJpZGVSCW92ZXJyaWRlcxo1CgVMaW1pdBIsChFyZXF1ZXN0c1BlclNlY29uZBgBIAEoDVIRcmVxdWVzdHNQZXJTZWNvbmQajgIKCE92ZXJyaWRlEkgKBWxpbWl0GAEgASgLMjIuaW8ubGlua2VyZC5wcm94eS5pbmJvdW5kLkh0dHBMb2NhbFJhdGVMaW1pdC5MaW1pdFIFbGltaXQSYAoHY2xpZW50cxgCIAEoCzJGLmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5IdHRwTG9jYWxSYXRlTGltaXQuT3ZlcnJpZGUuQ2xpZW50SWRlbnRpdGllc1IHY2xpZW50cxpWChBDbGllbnRJZGVudGl0aWVzEkIKCmlkZW50aXRpZXMYASADKAsyIi5pby5saW5rZXJkLnByb3h5LmluYm91bmQuSWRlbnRpdHlSCmlkZW50aXRpZXNiBnByb3RvMw=="
  },
  {
    "name": "inbound_service.proto",
    "dependencies": [
      "inbound.proto"
    ],
    "services": [
      "io.linkerd.proxy.inbound.InboundServerPolicies"
    ],
    "symbols": [
      "io.linkerd.proxy.inbound.InboundServerPolicies",
      "io.linkerd.proxy.inbound.InboundServerPolicies.GetPort",
      "io.linkerd.proxy.inbound.InboundServerPolicies.WatchPort"
    ],
    "bytes": "ChVpbmJvdW5kX3NlcnZpY2UucHJvdG8SGGlvLmxpbmtlcmQucHJveHkuaW5ib3VuZBoNaW5ib3VuZC5wcm90bzK9AQoVSW5ib3VuZFNlcnZlclBvbGljaWVzEk8KB0dldFBvcnQSIi5pby5saW5rZXJkLnByb3h5LmluYm91bmQuUG9ydFNwZWMaIC5pby5saW5rZXJkLnByb3h5LmluYm91bmQuU2VydmVyElMKCVdhdGNoUG9ydBIiLmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5Qb3J0U3BlYxogLmlvLmxpbmtlcmQucHJveHkuaW5ib3VuZC5TZXJ2ZXIwAWIGcHJvdG8z"
  }
];
