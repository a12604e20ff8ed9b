declare module 'xml-encryption' {
  type Options = {
    rsa_pub: string;
    pem: string;
    encryptionAlgorithm: string;
    keyEncryptionAlgorithm: string;
    keyEncryptionDigest?: string;
  };
  export function encrypt(content: string, options: Options, done: (error: Error | null, result: string) => void): void;
}
